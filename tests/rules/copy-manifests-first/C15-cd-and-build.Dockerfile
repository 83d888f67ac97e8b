FROM node:22-bookworm-slim
WORKDIR /app
COPY web /app/web
RUN cd web && npm ci && npm run build
CMD ["node", "server.js"]
