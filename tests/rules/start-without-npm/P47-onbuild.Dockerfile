FROM node:22-slim
WORKDIR /app
COPY . .
ONBUILD CMD npm start
