FROM node:22-bookworm-slim
WORKDIR /app
ENV HOME_DIR=/app
COPY . $HOME_DIR
RUN npm ci
CMD ["node", "server.js"]
