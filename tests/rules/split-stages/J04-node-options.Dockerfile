FROM node:22
ENV NODE_OPTIONS=--max-old-space-size=4096
WORKDIR /app
COPY . .
RUN npm ci && npm run build
CMD ["node", "dist/main.js"]
