FROM node:20-bookworm
WORKDIR /app
COPY package*.json ./
RUN npm ci
RUN npm i -g bun && bun add -g pm2
COPY . .
RUN npm run build
EXPOSE 3000
CMD ["pm2-runtime","ecosystem.config.js"]
