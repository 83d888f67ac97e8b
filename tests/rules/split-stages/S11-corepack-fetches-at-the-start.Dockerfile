FROM node:20
WORKDIR /app
RUN corepack enable
COPY . .
RUN pnpm install --frozen-lockfile && pnpm -r build
CMD ["pnpm", "--filter", "@w/api", "start"]
