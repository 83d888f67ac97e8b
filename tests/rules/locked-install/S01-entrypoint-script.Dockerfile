FROM node:22-bookworm-slim
WORKDIR /app
COPY . .
RUN npm install
ENTRYPOINT ["./entrypoint.sh"]
CMD ["node", "server.js"]
