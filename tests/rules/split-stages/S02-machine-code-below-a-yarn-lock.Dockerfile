FROM node:20-bookworm
WORKDIR /app
COPY package.json yarn.lock ./
RUN yarn install --frozen-lockfile
COPY server.js .
CMD ["node", "server.js"]
