FROM node:20-slim
ENV NODE_ENV=production XDG_CONFIG_HOME=/conf
WORKDIR /app
COPY . .
CMD ["node", "index.js"]
