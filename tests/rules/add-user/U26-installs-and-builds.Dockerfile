FROM node:22-slim
WORKDIR /app
COPY . .
RUN npm install && npm run build
CMD ["node", "server.js"]
