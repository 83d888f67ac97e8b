FROM node:22-slim
COPY server.js /app/
HEALTHCHECK CMD ["wget", "http://localhost:3000/"]
CMD ["node", "/app/server.js"]
