FROM node:22-slim AS build
WORKDIR /app
COPY . .
RUN npm ci && npm run build
FROM nginx:1.29
COPY nginx.conf /etc/nginx/conf.d/default.conf
COPY --from=build /app/dist /usr/share/nginx/html
EXPOSE 8080
CMD ["nginx", "-g", "daemon off;"]
