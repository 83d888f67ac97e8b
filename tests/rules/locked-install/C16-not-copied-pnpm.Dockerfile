FROM node:22-bookworm-slim
RUN npm install -g pnpm@9 bun
WORKDIR /app
COPY \
  package.json \
  ./
RUN pnpm install
COPY . .
CMD ["node", "server.js"]
