FROM debian:trixie-slim
# harden: ignore[use-copy] unpacked on purpose
ADD . /app
