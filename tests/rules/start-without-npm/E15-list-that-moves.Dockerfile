FROM node:22-slim
WORKDIR /app
COPY . .
CMD cd api && yarn start
