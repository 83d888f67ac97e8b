FROM debian:trixie-slim
CMD NODE_ENV=production node a.js
