FROM node:22
RUN npm install -g http-server
WORKDIR /app
COPY . .
RUN npm ci && npm run build
CMD ["http-server", ".", "-p", "8080"]
