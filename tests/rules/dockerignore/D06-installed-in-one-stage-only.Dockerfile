FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY . .
RUN npm ci && npm test
FROM node:22-bookworm-slim
WORKDIR /app
COPY . .
CMD ["node", "server.js"]
