FROM node:22-bookworm-slim
WORKDIR /app
COPY . .
RUN set -ex && npm ci && npm run build
CMD ["node", "server.js"]
