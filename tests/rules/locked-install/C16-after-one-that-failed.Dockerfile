FROM node:22
WORKDIR /srv/shop
COPY package.json package-lock.json ./
RUN npm ci || npm install
COPY . .
CMD ["node", "shop.js"]
