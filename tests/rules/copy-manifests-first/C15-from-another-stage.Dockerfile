FROM node:22-bookworm-slim
WORKDIR /app
COPY . .
COPY --from=busybox:1 /bin/busybox /app/bin/
RUN npm ci
CMD ["node", "server.js"]
