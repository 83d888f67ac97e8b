FROM debian:trixie-slim
COPY --from=ghcr.io/acme/uv:0.9 --chmod=755 /uv /uvx /bin/
COPY --chown=1:1 --from=nginx:1.29 /etc/nginx /etc/nginx
