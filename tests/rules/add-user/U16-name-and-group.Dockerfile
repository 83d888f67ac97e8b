FROM node:22-slim
USER node:node
CMD ["node", "server.js"]
