FROM node:22-bookworm-slim
WORKDIR /app
COPY src ./src
COPY package.json package-lock.json tsconfig.json ./
COPY entrypoint.sh /usr/local/bin/
RUN npm ci
RUN npm run build
CMD ["node", "dist/server.js"]
