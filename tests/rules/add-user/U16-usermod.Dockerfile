FROM node:22-slim
RUN usermod -u 5000 node
USER node
CMD ["node", "server.js"]
