# syntax=docker/dockerfile:1
FROM node:22-bookworm
RUN --mount=type=cache,target=/var/lib/apt,sharing=locked --mount=type=cache,target=/var/cache/apt apt-get update && apt-get install -y a
RUN --mount=type=cache,target=/root/.npm npm ci
