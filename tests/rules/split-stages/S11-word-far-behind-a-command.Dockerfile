FROM node:22
WORKDIR /app
COPY package*.json ./
RUN npm ci
COPY . .
RUN chmod +x docker-entrypoint.sh
ENTRYPOINT ["./docker-entrypoint.sh"]
CMD ["node", "server.js"]
