FROM node:20-bookworm
WORKDIR /app
COPY . .
RUN npm install --prefix client && npm run build --prefix=client
RUN npm ci || npm install
CMD ["node", "server.js"]
