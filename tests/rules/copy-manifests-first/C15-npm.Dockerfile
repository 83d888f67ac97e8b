FROM node:22-bookworm-slim
WORKDIR /app

# all of it
COPY . .
RUN npm ci
EXPOSE 3000
CMD ["node", "server.js"]
