FROM node:22-slim
WORKDIR /app
COPY . .
RUN mkdir -p /app/data && chown -R node:node /app
CMD ["node", "server.js"]
