FROM node:22-slim
WORKDIR /app
COPY . .
RUN yarn install --immutable
CMD ["node", "-r", "./.pnp.cjs", "server.js"]
