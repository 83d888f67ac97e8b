FROM node:22-slim
WORKDIR /app
COPY . .
CMD ["/bin/sh", "-c", "npm start"]
