FROM ghcr.io/acme/node:1
WORKDIR /app
COPY . .
RUN npm ci
CMD ["node", "server.js"]
