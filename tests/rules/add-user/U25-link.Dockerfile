FROM node:22-slim
WORKDIR /app
COPY --link . .
CMD ["node", "server.js"]
