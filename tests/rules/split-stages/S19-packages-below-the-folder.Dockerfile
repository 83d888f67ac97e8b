FROM node:20-bookworm
WORKDIR /app
COPY server/package.json ./server/
RUN cd server && npm install
COPY server ./server
CMD ["node","server/server.js"]
