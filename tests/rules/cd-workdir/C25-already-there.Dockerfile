FROM node:24-slim
WORKDIR /app/
COPY . .
# the packages
RUN cd /app && \
    npm ci && \
    npm run build
RUN cd /app/ && npm prune --omit=dev
CMD ["node", "server.js"]
