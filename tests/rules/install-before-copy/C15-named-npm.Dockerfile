FROM node:22-slim
WORKDIR /app
COPY . .
RUN npm install -g pm2@5 @nestjs/cli
CMD ["pm2-runtime", "server.js"]
