FROM node:20-bookworm
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build
CMD ["node_modules/.bin/vite", "preview", "--host", "--port", "3000"]
