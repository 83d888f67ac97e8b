ARG NODE=22
FROM node:${NODE}
WORKDIR /app
COPY . .
RUN npm ci
CMD ["node", "server.js"]
