FROM node:20
RUN npm install -g pnpm@9
WORKDIR /app
COPY . .
RUN pnpm install --frozen-lockfile
RUN pnpm run -r build
WORKDIR /app/packages/api
CMD ["node", "dist/server.js"]
