FROM node:22-slim
WORKDIR /app
COPY . .
RUN npm install express
CMD ["node", "server.js"]
