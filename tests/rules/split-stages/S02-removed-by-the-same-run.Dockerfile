FROM node:22-alpine3.21
WORKDIR /app
COPY package*.json ./
RUN apk add --no-cache --virtual .build-deps python3 make g++ && npm ci && apk del .build-deps
COPY . .
CMD ["node", "server.js"]
