FROM node:22-bookworm-slim
WORKDIR /app
COPY . .
RUN export CI=true && npm ci && npm run build
CMD ["node", "server.js"]
