FROM debian:trixie-slim
ENTRYPOINT yarn start
