FROM node:22-alpine3.21
WORKDIR /app
COPY package*.json ./
RUN apk add --no-cache python3 make g++ && npm ci
COPY . .
CMD ["node", "server.js"]
