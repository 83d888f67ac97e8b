FROM debian:trixie-slim
ONBUILD CMD node a.js
CMD ["true"]
