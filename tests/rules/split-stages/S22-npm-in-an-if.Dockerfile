FROM node:20-bookworm
WORKDIR /app
COPY . .
RUN if [ -f package-lock.json ]; then npm ci; else npm install; fi
CMD ["node", "server.js"]
