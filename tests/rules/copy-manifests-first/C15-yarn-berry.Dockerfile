FROM node:22-bookworm-slim
WORKDIR /app
COPY . .
RUN corepack enable && yarn install --immutable && yarn build
CMD ["node", "server.js"]
