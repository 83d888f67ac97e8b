FROM node:20-bookworm-slim
WORKDIR /app
USER node
COPY . .
RUN chown -R node:node /app
