FROM node:22-bookworm-slim
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
# harden: ignore[dockerignore] sent elsewhere
COPY . .
CMD ["node", "server.js"]
