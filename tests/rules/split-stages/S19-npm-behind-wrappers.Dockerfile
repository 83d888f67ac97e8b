FROM node:22-bookworm
WORKDIR /app
COPY . .
RUN nice time env CI=1 npm install
CMD ["node", "server.js"]
