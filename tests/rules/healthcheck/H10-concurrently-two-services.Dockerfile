FROM node:20-bookworm-slim
WORKDIR /app
COPY . .
RUN npm ci
CMD ["npx", "concurrently", "node a.js", "node b.js"]
