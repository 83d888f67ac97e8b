FROM node:22-bookworm-slim
RUN npm install -g pnpm@9 bun
WORKDIR /app
COPY . .
RUN pnpm install
CMD ["node", "server.js"]
