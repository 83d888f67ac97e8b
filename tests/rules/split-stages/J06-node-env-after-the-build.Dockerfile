FROM node:22
WORKDIR /app
COPY . .
RUN npm ci
RUN npm run build
ENV NODE_ENV=production
CMD ["node", "dist/main.js"]
