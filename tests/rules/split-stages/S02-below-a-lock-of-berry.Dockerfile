FROM node:20-bookworm
WORKDIR /app
COPY package.json yarn.lock .yarnrc.yml ./
RUN yarn install --immutable
COPY server.js .
CMD ["node", "server.js"]
