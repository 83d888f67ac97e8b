FROM debian:trixie-slim
ENTRYPOINT exec "$@"
