FROM node:22-bookworm-slim
WORKDIR /app
COPY . .
WORKDIR /app/api
RUN npm ci
CMD ["node", "server.js"]
