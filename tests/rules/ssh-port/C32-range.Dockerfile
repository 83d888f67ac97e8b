FROM debian:trixie-slim
EXPOSE 20-25
