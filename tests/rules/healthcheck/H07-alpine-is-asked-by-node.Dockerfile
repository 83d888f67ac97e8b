FROM node:22-alpine
WORKDIR /srv
COPY server.js .
CMD ["node", "server.js"]
