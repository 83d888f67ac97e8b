FROM debian:trixie-slim
SHELL ["python3", "-c"]
CMD ["app"]
