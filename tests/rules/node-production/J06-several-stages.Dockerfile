FROM node:22 AS build
WORKDIR /app
COPY . .
RUN npm install && npm run build

FROM node:22-slim
WORKDIR /app
COPY --from=build /app ./
EXPOSE 3000
HEALTHCHECK CMD ["node", "-e", "0"]
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["node", "server.js"]
