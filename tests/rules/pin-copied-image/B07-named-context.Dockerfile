FROM python:3.13-slim
COPY --from=ghcr.io/acme/uv:0.9 /uv /bin/
RUN --mount=type=bind,from=ghcr.io/acme/uv:0.9,target=/uv true
