FROM node:22-slim
WORKDIR /srv/site/api
COPY . .
CMD ["node", "server.js"]
