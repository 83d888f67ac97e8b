FROM node:22 AS build
RUN npm run build
FROM nginx:1.29
COPY --from=build /app/dist /usr/share/nginx/html
