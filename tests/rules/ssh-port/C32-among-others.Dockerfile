FROM debian:trixie-slim
EXPOSE 80 22/tcp
