FROM debian:trixie-slim
CMD cd /app && node a.js
