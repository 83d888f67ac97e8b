FROM node:20-bookworm
WORKDIR /app
COPY package*.json ./
RUN npm ci
COPY . .
RUN cd client && npm ci && npm run build
CMD ["node","server.js"]
