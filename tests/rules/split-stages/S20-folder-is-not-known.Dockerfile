FROM node:22
WORKDIR /app
COPY . .
RUN npm ci && npm run build && npm i -g serve
CMD ["serve", "dist"]
