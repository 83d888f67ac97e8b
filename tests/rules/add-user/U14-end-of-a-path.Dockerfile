FROM node:20-slim
WORKDIR /opt/shop/server
COPY server/ .
CMD ["node", "lib/index.js"]
