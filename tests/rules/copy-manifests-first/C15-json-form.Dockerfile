FROM node:22-bookworm-slim
WORKDIR /app
COPY ["./", "/app/"]
RUN npm ci
CMD ["node", "server.js"]
