FROM nginx:1.29
COPY nginx.conf /tmp/nginx.conf
COPY nginx.conf /etc/nginx/conf.d/site.template
RUN envsubst '${VERSION}' < /etc/nginx/conf.d/site.template > /etc/nginx/conf.d/default.conf
