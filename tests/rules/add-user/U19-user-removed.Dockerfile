FROM node:22-slim
RUN deluser --remove-home node
COPY server.js /app/
CMD ["node", "/app/server.js"]
