FROM node:22-bookworm
WORKDIR /app
COPY . .
RUN corepack enable && corepack pnpm install && timeout 600 pnpm dlx playwright@1.40 install
CMD ["node", "server.js"]
