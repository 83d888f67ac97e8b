ARG VERSION=22
FROM node:${VERSION}-bookworm-slim
WORKDIR /app
COPY --link . .
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci && npm run build
CMD ["node", "server.js"]
