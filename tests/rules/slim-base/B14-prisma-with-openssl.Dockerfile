FROM node:22-bookworm
RUN apt-get update && apt-get install -y openssl ca-certificates
WORKDIR /app
COPY package.json .
RUN npm install
COPY . .
CMD ["node", "server.js"]
