FROM node:22-slim
USER node:node
CMD ["node", "/app/server.js"]
