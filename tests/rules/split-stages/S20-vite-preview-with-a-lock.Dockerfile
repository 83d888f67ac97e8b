FROM node:20-bookworm
WORKDIR /app
COPY . .
RUN npm install && npm run build
CMD ["npx","vite","preview","--host","--port","3000"]
