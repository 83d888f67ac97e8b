FROM node:22-bookworm-slim AS deps
WORKDIR /app
COPY . .
RUN npm i

FROM node:22-bookworm-slim
WORKDIR /app
COPY --from=deps /app /app
CMD ["node", "server.js"]
