FROM composer:2
WORKDIR /app
COPY composer.json ./
RUN composer install --no-interaction --no-scripts --no-dev
COPY . .
CMD ["php", "index.php"]
