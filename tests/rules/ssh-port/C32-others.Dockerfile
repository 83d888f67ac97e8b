FROM debian:trixie-slim
EXPOSE 2222 8022 122 22/udp
