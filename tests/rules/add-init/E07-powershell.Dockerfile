FROM debian:trixie-slim
SHELL ["pwsh", "-Command"]
CMD ["app"]
