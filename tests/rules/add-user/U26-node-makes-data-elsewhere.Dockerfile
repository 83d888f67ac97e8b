FROM node:20-slim
WORKDIR /app
COPY . .
RUN node seed.js
CMD ["node", "index.js"]
