FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY . .
RUN corepack enable
RUN pnpm install --frozen-lockfile
RUN pnpm -r build
