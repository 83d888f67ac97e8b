FROM node:22-bookworm-slim
WORKDIR /app
COPY . .
RUN sed -i 's/2.1.0/2.0.0/' package.json
RUN npm install
CMD ["node", "server.js"]
