FROM node:22
WORKDIR /app
COPY . .
RUN npm ci
CMD ["env", "HOST=0.0.0.0", "node_modules/.bin/nodemon", "server.js"]
