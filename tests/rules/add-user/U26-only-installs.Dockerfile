FROM node:22-slim
WORKDIR /app
COPY . .
RUN npm install && npm cache clean --force
CMD ["node", "server.js"]
