FROM node:22
WORKDIR /app
COPY . .
USER node
RUN npm run build
CMD ["node", "out/server.js"]
