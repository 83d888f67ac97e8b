FROM node:20
WORKDIR /app
RUN npm install -g pnpm@9
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY packages packages
RUN pnpm install --frozen-lockfile && pnpm -r build
CMD ["pnpm", "--filter", "@w/api", "start"]
