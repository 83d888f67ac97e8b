FROM node:22-slim
WORKDIR /srv
COPY server.js .
CMD ["node", "server.js"]
