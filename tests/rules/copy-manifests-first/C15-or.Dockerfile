FROM node:22-bookworm-slim
WORKDIR /app
COPY . .
RUN npm ci || npm install
CMD ["node", "server.js"]
