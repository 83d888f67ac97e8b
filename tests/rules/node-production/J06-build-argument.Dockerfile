FROM node:22-slim
WORKDIR /app
COPY . .
RUN npm install
ARG NODE_ENV
CMD ["node", "server.js"]
