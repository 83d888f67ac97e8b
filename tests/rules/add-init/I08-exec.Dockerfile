FROM debian:trixie-slim
CMD cd /app && exec node a.js
