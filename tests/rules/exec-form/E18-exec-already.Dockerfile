FROM debian:trixie-slim
CMD ["sh", "-c", "cd /app && exec node a.js"]
