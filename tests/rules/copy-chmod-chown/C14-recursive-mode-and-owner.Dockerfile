FROM node:20-bookworm-slim
WORKDIR /app
COPY . .
# the server reads all
RUN chown -R node:node /app && \
    chmod -R 0755 . && \
    npm run build
