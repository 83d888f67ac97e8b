FROM php:8.3-apache
RUN a2enmod ssl && a2ensite default-ssl
COPY . /var/www/html
