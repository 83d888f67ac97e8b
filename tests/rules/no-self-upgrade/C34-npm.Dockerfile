FROM node:24-slim AS build
RUN npm install -g npm@latest && npm ci
RUN npm i -g npm pnpm@10

FROM build
RUN npm install -g npm
CMD ["node", "server.js"]
