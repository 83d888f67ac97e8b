FROM php:8.3-apache-bookworm
RUN apt-get update && apt-get install -y libpq-dev libzip-dev && docker-php-ext-install pdo_pgsql zip && rm -rf /var/lib/apt/lists/*
RUN a2enmod rewrite
COPY --from=composer:2 /usr/bin/composer /usr/bin/composer
WORKDIR /var/www/html
COPY . .
RUN composer install --no-dev --optimize-autoloader
