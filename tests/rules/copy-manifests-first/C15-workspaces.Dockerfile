FROM node:22-bookworm-slim
WORKDIR /srv
COPY ./ ./
RUN npm ci
CMD ["node", "packages/a/index.js"]
