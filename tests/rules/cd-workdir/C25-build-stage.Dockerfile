FROM node:24-slim AS build
WORKDIR /app
COPY . .
RUN cd web && npm ci
# built
RUN cd ./web && npm run build
ENV CI=1

FROM nginx:1.29
COPY --from=build /app/web/dist /usr/share/nginx/html
