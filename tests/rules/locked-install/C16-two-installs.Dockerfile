FROM node:22-bookworm-slim
WORKDIR /app
COPY . .
RUN cd web && npm install && npm run build && cd .. && \
    # the server
    npm install
CMD ["node", "server.js"]
