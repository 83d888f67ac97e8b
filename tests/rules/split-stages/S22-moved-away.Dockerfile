FROM node:20-bookworm
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci && \
    mv /app/node_modules /node_modules
COPY . .
CMD ["node", "server.js"]
