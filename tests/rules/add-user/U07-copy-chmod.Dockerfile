FROM node:22-slim
COPY --chmod=0700 server.js /app/
CMD ["node", "/app/server.js"]
