FROM node:16-slim
WORKDIR /app
COPY . .
RUN npm install && npm cache clean --force
CMD ["node", "server.js"]
