FROM composer:2
WORKDIR /app
COPY . /app
RUN composer install --no-dev --no-scripts
CMD ["php", "index.php"]
