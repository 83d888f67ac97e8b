FROM node:22
WORKDIR /app
COPY . .
RUN npm ci && npm run build
EXPOSE 80
CMD ["npx", "serve", "-s", "dist", "-l", "80"]
