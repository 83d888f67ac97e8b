FROM node:18
WORKDIR /app
COPY . .
RUN npm install --prefix client
CMD ["node", "server.js"]
