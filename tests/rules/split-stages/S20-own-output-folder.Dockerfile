FROM node:22
RUN npm install -g serve
WORKDIR /app
COPY . .
RUN npm ci && npm run build
CMD ["serve", "-s", "www"]
