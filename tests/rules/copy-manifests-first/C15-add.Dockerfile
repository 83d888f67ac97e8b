FROM node:22-bookworm-slim
WORKDIR /app
ADD . /app
RUN npm ci
CMD ["node", "server.js"]
