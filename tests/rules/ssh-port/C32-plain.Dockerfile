FROM debian:trixie-slim
EXPOSE 22
