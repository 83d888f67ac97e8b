FROM node:22@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
WORKDIR /app
COPY . .
RUN npm ci
CMD ["node", "server.js"]
