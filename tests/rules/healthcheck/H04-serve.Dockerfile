FROM node:22-alpine
WORKDIR /app
COPY . .
RUN npm install -g serve
CMD ["serve", "-s", "dist", "-l", "5000"]
