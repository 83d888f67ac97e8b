FROM node:22-bookworm-slim
WORKDIR /app
COPY package.json ./
RUN npm install && echo done
RUN npm install
COPY . .
CMD ["node", "server.js"]
