FROM node:22
WORKDIR /app
COPY . .
RUN npm ci -w api
RUN npm run lint --workspaces --if-present && npm run build --workspace=packages/api
CMD ["node", "packages/api/dist/server.js"]
