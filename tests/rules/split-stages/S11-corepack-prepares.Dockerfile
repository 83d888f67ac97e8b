FROM node:20
WORKDIR /app
RUN corepack enable && corepack prepare pnpm@9.15.9 --activate
COPY . .
RUN pnpm install --frozen-lockfile && pnpm -r build
CMD ["pnpm", "--filter", "@w/api", "start"]
