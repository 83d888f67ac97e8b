FROM node:22-slim
COPY server.js key.pem /app/
RUN chmod 600 /app/key.pem
CMD ["node", "/app/server.js"]
