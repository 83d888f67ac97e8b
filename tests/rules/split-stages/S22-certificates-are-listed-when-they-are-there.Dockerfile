FROM node:20-bookworm
RUN apt-get update && apt-get install -y fontconfig curl && rm -rf /var/lib/apt/lists/*
RUN curl -fsSL -o /usr/local/share/ca-certificates/corp.crt https://example.com/corp.crt && update-ca-certificates
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
CMD ["node", "server.js"]
