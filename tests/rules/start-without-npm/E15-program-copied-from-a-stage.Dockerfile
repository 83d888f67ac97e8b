FROM node:22 AS build
WORKDIR /src
COPY . .
RUN yarn install && yarn build
FROM node:22-slim
WORKDIR /app
COPY package.json ./
COPY --from=build /src/node_modules ./node_modules
CMD yarn run next start -p 8080
