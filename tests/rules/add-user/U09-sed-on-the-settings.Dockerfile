FROM nginx:1.29
RUN sed -i 's/listen .*80;/listen 8080;/' /etc/nginx/conf.d/default.conf
COPY dist /usr/share/nginx/html
