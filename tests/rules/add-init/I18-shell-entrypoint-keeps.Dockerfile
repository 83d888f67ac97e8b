FROM debian:trixie-slim
ENTRYPOINT a; b
