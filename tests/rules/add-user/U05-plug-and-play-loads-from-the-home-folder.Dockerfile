FROM node:22-slim
WORKDIR /app
COPY . .
RUN apt-get update && apt-get install -y git && yarn install --immutable
CMD ["node", "-r", "./.pnp.cjs", "server.js"]
