FROM node:22-bookworm
WORKDIR /app
COPY . .
RUN npm install && npm frobnicate
CMD ["node", "server.js"]
