FROM node:22-bookworm
ENV TZ=Europe/Berlin
WORKDIR /app
COPY package*.json ./
RUN npm ci
COPY . .
CMD ["node", "server.js"]
