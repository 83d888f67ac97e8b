FROM node:22-slim
COPY server.js /app/server.js
ENTRYPOINT ["docker-entrypoint.sh"]
CMD node /app/server.js
