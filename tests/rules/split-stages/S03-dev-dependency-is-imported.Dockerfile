FROM node:24
WORKDIR /app
COPY . .
RUN npm ci && npm run build
CMD ["node","dist/main.js"]
