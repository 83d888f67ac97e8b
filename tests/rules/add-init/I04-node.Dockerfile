FROM node:22-slim
COPY server.js .
CMD ["server.js"]
