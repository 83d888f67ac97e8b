FROM node:22-slim
WORKDIR /app
COPY . .
RUN npm install
CMD ["sh", "-c", "npx prisma migrate deploy && npm start"]
