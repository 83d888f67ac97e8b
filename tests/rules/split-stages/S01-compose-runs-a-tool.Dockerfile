FROM node:20-bookworm
WORKDIR /app
RUN npm install -g nodemon
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
CMD ["node", "server.js"]
