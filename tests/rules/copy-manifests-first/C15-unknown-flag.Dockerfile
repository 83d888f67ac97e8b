FROM node:22-bookworm-slim
WORKDIR /app
COPY --exclude=*.md . .
RUN npm ci
CMD ["node", "server.js"]
