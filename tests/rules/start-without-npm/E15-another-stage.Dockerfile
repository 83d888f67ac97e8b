FROM node:22 AS build
WORKDIR /app
COPY . .
CMD npm start
FROM node:22-slim
WORKDIR /app
COPY --from=build /app .
CMD npm start
