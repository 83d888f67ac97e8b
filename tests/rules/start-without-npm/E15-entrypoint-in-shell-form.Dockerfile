FROM node:22-slim
WORKDIR /app
COPY . .
ENTRYPOINT node x.js
CMD npm start
