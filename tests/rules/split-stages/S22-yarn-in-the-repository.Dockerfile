FROM node:20
WORKDIR /app
COPY . .
RUN yarn install --immutable && yarn workspaces foreach -A run build && yarn workspaces focus --production @w/api
CMD ["node", "packages/api/dist/server.js"]
