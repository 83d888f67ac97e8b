FROM node:22-slim
WORKDIR /usr/src/app
COPY server.js ./
CMD ["node", "server.js"]
