FROM node:20-slim
WORKDIR /app
COPY package.json cli.js ./
ENTRYPOINT ["node", "/app/cli.js"]
