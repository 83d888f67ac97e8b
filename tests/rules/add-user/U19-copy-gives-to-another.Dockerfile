FROM node:22-slim
WORKDIR /app
COPY --chown=www-data:www-data . .
CMD ["node", "server.js"]
