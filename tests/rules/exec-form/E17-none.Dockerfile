FROM debian:trixie-slim
HEALTHCHECK NONE
