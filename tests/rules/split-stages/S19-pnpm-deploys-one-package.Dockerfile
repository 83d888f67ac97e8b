FROM node:20
RUN npm install -g pnpm@9
WORKDIR /app
COPY . .
RUN pnpm install --frozen-lockfile && pnpm -r build && pnpm --filter @w/api deploy --prod /srv/api
WORKDIR /srv/api
CMD ["node", "dist/server.js"]
