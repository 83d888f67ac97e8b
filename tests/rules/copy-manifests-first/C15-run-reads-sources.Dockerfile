FROM node:22-bookworm-slim
WORKDIR /app
COPY . .
RUN ./scripts/prepare.sh
RUN npm ci
CMD ["node", "server.js"]
