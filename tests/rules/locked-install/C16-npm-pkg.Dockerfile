FROM node:22-bookworm-slim
WORKDIR /app
COPY . .
RUN npm pkg delete scripts.prepare && npm install
CMD ["node", "server.js"]
