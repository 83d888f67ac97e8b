FROM node:22-slim
COPY server.js /app/server.js
EXPOSE 80
CMD ["node", "/app/server.js"]
