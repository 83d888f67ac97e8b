FROM node:22-slim
WORKDIR /app
COPY . .
CMD yarn prisma migrate deploy && yarn start
