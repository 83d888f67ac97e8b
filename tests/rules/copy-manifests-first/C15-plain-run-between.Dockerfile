FROM node:22-bookworm-slim
WORKDIR /app
COPY . .
RUN apt-get update && apt-get install -y --no-install-recommends git
RUN npm config set fund false
ENV CI=true
RUN npm ci
CMD ["node", "server.js"]
