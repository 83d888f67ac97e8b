FROM php:8.3-apache
RUN sed -i 's/80/8080/' /etc/apache2/ports.conf
COPY . /var/www/html
