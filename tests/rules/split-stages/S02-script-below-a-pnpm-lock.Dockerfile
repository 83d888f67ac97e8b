FROM node:20-bookworm
WORKDIR /app
RUN corepack enable
COPY package.json pnpm-lock.yaml ./
RUN pnpm install --frozen-lockfile --prod
COPY server.js .
CMD ["node", "server.js"]
