FROM node:22-slim
WORKDIR /app
COPY server.js .
EXPOSE 80
CMD ["node", "server.js"]
