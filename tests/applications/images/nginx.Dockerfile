# Debian's nginx, with its temporary folders where the official image has them.
FROM nginx:latest
RUN for name in client_body proxy fastcgi uwsgi scgi; do \
    echo "${name}_temp_path /var/cache/nginx/${name}_temp;"; done > /etc/nginx/conf.d/00-temporary.conf \
    && mkdir -p /var/cache/nginx
