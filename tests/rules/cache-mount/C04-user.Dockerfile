FROM node:22-bookworm-slim
USER node
WORKDIR /home/node/app
COPY --chown=node:node . .
RUN npm ci && npm cache clean --force
