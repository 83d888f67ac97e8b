FROM node:22-slim
WORKDIR /app
COPY server.js settings.json ./
CMD ["node", "server.js"]
