FROM php:8.3-apache
ENV APACHE_DOCUMENT_ROOT=/var/www/html/public
RUN a2enmod rewrite && sed -ri -e 's!/var/www/html!${APACHE_DOCUMENT_ROOT}!g' /etc/apache2/sites-available/*.conf && echo "ServerName localhost" >> /etc/apache2/apache2.conf
COPY --chown=www-data:www-data . /var/www/html
