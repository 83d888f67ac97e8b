FROM node:20
WORKDIR /app
RUN npm install -g pnpm@9
COPY . .
RUN pnpm install --frozen-lockfile
RUN pnpm --filter @w/api... build
EXPOSE 3000
CMD ["node", "packages/api/dist/server.js"]
