FROM node:22 AS test
WORKDIR /app
COPY . .
RUN npm ci && npm test

FROM node:22
WORKDIR /app
COPY . .
RUN npm ci
CMD ["node", "server.js"]
