FROM node:22
WORKDIR /app
COPY package*.json ./
RUN npm ci
COPY . .
EXPOSE 3000
HEALTHCHECK --interval=5s CMD curl -fsS http://127.0.0.1:3000/ || exit 1
CMD ["node", "server.js"]
