FROM node:20-bookworm
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
RUN rm -rf node_modules
RUN npm ci --omit=dev
COPY . .
CMD ["node", "server.js"]
