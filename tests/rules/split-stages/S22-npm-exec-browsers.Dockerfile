FROM node:22-bookworm
WORKDIR /app
COPY . .
RUN npm install && npm exec -- playwright install chromium
CMD ["node", "server.js"]
