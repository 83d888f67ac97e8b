FROM node:22-slim
WORKDIR /app
COPY . .
RUN test -f state.json || touch state.json
CMD ["node", "server.js"]
