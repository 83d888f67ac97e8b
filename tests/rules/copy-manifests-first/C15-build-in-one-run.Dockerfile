FROM node:22-bookworm-slim
WORKDIR /app
COPY --chown=node:node . /app
USER node
RUN npm ci && \
    npm cache clean --force && \
    npm run build
CMD ["node", "dist/server.js"]
