FROM node:22-bookworm-slim
WORKDIR /app
COPY . .
RUN rm -rf node_modules package-lock.json && npm install
CMD ["node", "server.js"]
