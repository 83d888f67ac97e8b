FROM node:22-slim
WORKDIR /app
COPY . .
RUN npm install
# harden: ignore[node-production]
CMD ["node", "server.js"]
