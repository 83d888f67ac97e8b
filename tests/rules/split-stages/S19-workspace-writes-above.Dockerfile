FROM node:22
WORKDIR /app
COPY . .
RUN npm ci
RUN npm run build -w api
CMD ["node", "packages/api/dist/server.js"]
