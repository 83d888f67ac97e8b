FROM ghcr.io/acme/base:1
SHELL ["/bin/sh", "-c"]
WORKDIR /app
COPY . .
RUN npm install
CMD ["node", "server.js"]
