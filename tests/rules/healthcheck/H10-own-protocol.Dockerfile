FROM node:22-bookworm-slim
WORKDIR /app
COPY . .
EXPOSE 9000
CMD ["node", "app.js"]
