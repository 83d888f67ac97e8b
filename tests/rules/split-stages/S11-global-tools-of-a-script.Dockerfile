FROM node:20-bookworm
WORKDIR /app
COPY package*.json ./
RUN npm ci && npm i -g prisma pm2
COPY . .
RUN npm run build
EXPOSE 3000
ENTRYPOINT ["/app/entrypoint.sh"]
