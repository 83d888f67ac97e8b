FROM node:22
WORKDIR /app
COPY . .
HEALTHCHECK NONE
CMD ["node", "server.js"]
