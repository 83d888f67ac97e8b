FROM node:20-alpine3.20
WORKDIR /app
COPY . .
RUN addgroup -S app && adduser -S -G app -h /app app
RUN npm ci
CMD ["node","server.js"]
