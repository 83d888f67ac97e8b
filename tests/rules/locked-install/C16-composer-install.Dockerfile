FROM composer:2
WORKDIR /app
COPY . .
RUN composer install --no-interaction
CMD ["php", "index.php"]
