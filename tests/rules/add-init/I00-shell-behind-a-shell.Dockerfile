FROM debian:trixie-slim
CMD ["sh", "-c", "exec bash"]
