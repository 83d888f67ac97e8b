FROM nginx:1.29
COPY nginx.conf /etc/nginx/conf.d/default.conf
COPY 40-env.sh /docker-entrypoint.d/
