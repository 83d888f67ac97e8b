FROM node:22
WORKDIR /app
COPY . .
RUN npm ci
ONBUILD COPY . .
CMD ["node", "server.js"]
