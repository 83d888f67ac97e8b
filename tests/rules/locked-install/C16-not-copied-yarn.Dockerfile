FROM node:22-bookworm-slim
WORKDIR /app
COPY --chown=node:node ./package.json /app
RUN yarn install
COPY . .
CMD ["node", "server.js"]
