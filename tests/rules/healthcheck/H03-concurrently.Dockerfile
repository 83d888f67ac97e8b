FROM node:20-bookworm-slim
WORKDIR /app
COPY . .
RUN npm ci && npm run build
CMD ["npm", "start"]
