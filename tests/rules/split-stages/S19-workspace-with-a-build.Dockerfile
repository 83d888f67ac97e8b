FROM node:22
WORKDIR /app
COPY package*.json ./
COPY packages/api/package.json packages/api/
RUN npm ci
COPY . .
RUN npm run build
EXPOSE 3000
CMD ["node", "packages/api/dist/server.js"]
