FROM python:3.13-slim AS base
COPY --from="ghcr.io/acme/uv:0.9" /uv /bin/
RUN --mount=type=bind,FROM=ghcr.io/acme/uv:0.9,target=/uv true
RUN "--mount=type=bind,from=ghcr.io/acme/uv:0.9,target=/uv" true
FROM base
COPY --from="base" /a /b
