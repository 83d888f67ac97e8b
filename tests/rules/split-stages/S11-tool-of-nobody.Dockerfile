FROM node:20-bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends curl jq build-essential && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
CMD ["node", "server.js"]
