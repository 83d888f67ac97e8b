FROM node:22-slim
COPY server.js /app/server.js
CMD ["node", "/app/server.js"]
