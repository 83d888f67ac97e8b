FROM node:22-bookworm-slim
WORKDIR /app
COPY . .
RUN cd packages/a && npm install
CMD ["node", "server.js"]
