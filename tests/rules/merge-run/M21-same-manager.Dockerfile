FROM php:8.4-apache
RUN docker-php-ext-configure gd --with-jpeg
RUN docker-php-ext-install gd
RUN a2enmod rewrite
RUN a2enmod headers
RUN composer install
