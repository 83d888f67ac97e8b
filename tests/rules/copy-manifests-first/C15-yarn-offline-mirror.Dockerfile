FROM node:22-bookworm-slim
WORKDIR /app
COPY . .
RUN yarn install --frozen-lockfile
CMD ["node", "server.js"]
