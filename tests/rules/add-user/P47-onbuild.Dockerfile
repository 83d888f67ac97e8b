FROM node:22-slim
ONBUILD COPY . /app
CMD ["node", "/app/server.js"]
