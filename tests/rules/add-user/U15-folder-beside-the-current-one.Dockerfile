FROM node:22-slim
WORKDIR /app/src
COPY . /app
CMD ["node", "main.js"]
