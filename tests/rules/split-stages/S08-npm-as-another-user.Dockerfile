FROM node:22-bookworm
WORKDIR /app
COPY . .
RUN su-exec node npm install
CMD ["node", "server.js"]
