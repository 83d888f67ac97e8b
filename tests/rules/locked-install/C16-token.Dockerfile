FROM node:22-bookworm-slim
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm install \
    # quiet
    --no-audit
COPY . .
CMD ["node", "server.js"]
