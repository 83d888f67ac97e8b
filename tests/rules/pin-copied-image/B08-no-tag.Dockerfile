FROM debian:trixie-slim
COPY --from=ghcr.io/acme/bin /x /x
