FROM node:22-bookworm-slim
WORKDIR /app
COPY . .
COPY lib/prod.json ./package.json
RUN npm ci
CMD ["node", "server.js"]
