FROM node:22-slim
ENV npm_config_cache=/var/cache/npm
WORKDIR /app
COPY . .
RUN npm ci
CMD ["npm", "run", "dev"]
