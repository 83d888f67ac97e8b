FROM node:22-slim
COPY . /app
RUN npm install
WORKDIR /app
CMD ["node", "server.js"]
