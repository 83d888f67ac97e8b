FROM node:22
WORKDIR /app
RUN chown 10001:10001 /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build
USER 10001:10001
CMD ["node", "out/server.js"]
