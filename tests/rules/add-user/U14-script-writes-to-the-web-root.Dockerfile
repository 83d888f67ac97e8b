FROM nginx:1.27-alpine
COPY default.conf /etc/nginx/conf.d/default.conf
COPY index.html /usr/share/nginx/html/
COPY --chmod=755 env.sh /docker-entrypoint.d/40-env.sh
