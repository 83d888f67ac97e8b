FROM node:22-alpine
WORKDIR /srv
COPY server.js .
HEALTHCHECK CMD wget -q -O /dev/null http://127.0.0.1:3000/health || exit 1
CMD ["node", "server.js"]
