FROM debian:trixie-slim
CMD ["sh", "-c", "node a.js; cleanup"]
