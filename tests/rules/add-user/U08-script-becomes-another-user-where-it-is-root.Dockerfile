FROM node:22-alpine
RUN apk add --no-cache su-exec
WORKDIR /app
COPY . .
ENTRYPOINT ["./docker-entrypoint.sh"]
CMD ["node", "server.js"]
