FROM debian:trixie-slim
CMD ["sh", "-c", "a; b & wait"]
