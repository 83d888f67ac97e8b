FROM node:20-slim
WORKDIR /app/backend
COPY backend .
COPY frontend/dist ../frontend/dist
CMD ["node", "index.js"]
