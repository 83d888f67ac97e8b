FROM node:22-slim
WORKDIR /app
ENV HOSTNAME=0.0.0.0
COPY server.js .
CMD ["node", "server.js"]
