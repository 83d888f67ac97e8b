FROM node:20-bookworm-slim
RUN npm i -g pnpm@9
WORKDIR /app
COPY . .
RUN pnpm install --frozen-lockfile
CMD ["node","server.js"]
