FROM node:22-bookworm-slim
RUN npm ci && (npm cache clean --force || true)
