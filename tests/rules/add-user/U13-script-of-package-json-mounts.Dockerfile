FROM node:20-slim
WORKDIR /app
COPY package.json index.js ./
RUN mkdir data
CMD ["node", "index.js"]
