FROM node:20-bookworm-slim
RUN apt-get update && apt-get install -y python3 make g++ libnss3 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package*.json ./
RUN npm ci
COPY . .
RUN npm run build
CMD ["node","dist/index.js"]
