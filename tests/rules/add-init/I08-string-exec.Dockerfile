FROM debian:trixie-slim
CMD ["sh", "-c", "exec node $FLAGS a.js"]
