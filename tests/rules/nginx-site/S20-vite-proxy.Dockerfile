FROM node:22
WORKDIR /app
COPY . .
RUN npm ci && npm run build
EXPOSE 8080
CMD ["npx", "vite", "preview", "--host", "--port", "8080"]
