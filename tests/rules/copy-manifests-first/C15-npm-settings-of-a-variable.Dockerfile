FROM node:22-slim
WORKDIR /app
ENV NPM_CONFIG_USERCONFIG=/app/ci.npmrc npm_config_ignore_scripts=true
COPY . .
RUN npm ci
CMD ["node", "server.js"]
