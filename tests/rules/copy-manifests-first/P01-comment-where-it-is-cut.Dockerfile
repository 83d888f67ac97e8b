FROM node:22-bookworm-slim
WORKDIR /app
COPY . .
RUN npm ci && \
    # now build
    npm run build
CMD ["node", "server.js"]
