FROM node:22-bookworm
COPY . .
RUN npm ci --omit=dev
CMD ["node", "server.js"]
