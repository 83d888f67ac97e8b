FROM node:22-slim
WORKDIR /app
COPY api/ ./
CMD npm start
