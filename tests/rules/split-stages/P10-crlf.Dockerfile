FROM node:22
WORKDIR /app
# both
COPY package*.json ./
RUN npm ci
COPY . .
CMD ["node", "server.js"]
