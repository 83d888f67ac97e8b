FROM node:22-bookworm
ENV NODE_ENV=production
WORKDIR /srv/app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
USER node
CMD ["node", "server.js"]
