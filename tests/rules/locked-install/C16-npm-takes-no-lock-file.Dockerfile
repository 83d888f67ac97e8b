FROM node:22-slim
WORKDIR /app
ENV npm_config_package_lock=false
COPY package*.json ./
RUN npm install
COPY server.js .
CMD ["node", "server.js"]
