FROM node:22-slim
WORKDIR /app
COPY . .
RUN npm install
ENV NODE_ENV=test
CMD ["node", "server.js"]
