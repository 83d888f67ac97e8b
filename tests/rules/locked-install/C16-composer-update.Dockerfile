FROM composer:2
WORKDIR /app
COPY . .
RUN composer update --no-interaction
CMD ["php", "index.php"]
