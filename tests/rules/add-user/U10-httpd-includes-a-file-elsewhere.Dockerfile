FROM httpd:2.4-alpine
COPY httpd.conf conf/httpd.conf
