FROM node:22-slim
RUN usermod -aG video -u 1005 node
USER node
CMD ["node", "/app/server.js"]
