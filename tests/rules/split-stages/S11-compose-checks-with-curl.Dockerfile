FROM node:20-bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends curl build-essential && rm -rf /var/lib/apt/lists/*
WORKDIR /app
RUN curl -fsSLo /usr/local/bin/ready https://example.org/ready && chmod +x /usr/local/bin/ready
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
CMD ["node", "server.js"]
