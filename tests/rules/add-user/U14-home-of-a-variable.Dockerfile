FROM node:20-slim
ENV HOME=/data
WORKDIR /app
COPY . .
CMD ["node", "index.js"]
