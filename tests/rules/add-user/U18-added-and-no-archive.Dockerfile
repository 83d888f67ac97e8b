FROM node:20-slim
WORKDIR /app/backend
ADD backend .
CMD ["node", "index.js"]
