FROM debian:trixie-slim
CMD ["python3"]
