FROM node:22-bookworm-slim
WORKDIR /app
COPY package.json package-lock.json ./
COPY packages/a/package.json packages/a/
RUN npm install
COPY . .
CMD ["node", "packages/a/index.js"]
