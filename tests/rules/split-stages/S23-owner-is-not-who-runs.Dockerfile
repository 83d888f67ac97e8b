FROM node:22
WORKDIR /app
COPY --chown=node:node . .
RUN npm ci && npm run build
CMD ["node", "out/server.js"]
