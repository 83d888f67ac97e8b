FROM debian:trixie-slim
CMD node a.js