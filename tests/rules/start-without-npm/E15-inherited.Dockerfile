FROM node:22-slim AS base
WORKDIR /app
COPY . .
CMD npm start
FROM base
ENV A=1
