FROM nginx:1.27
COPY public /usr/share/nginx/html
