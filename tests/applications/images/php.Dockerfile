# Stands in for php:8.3-apache where only Debian's packages are to be had.
FROM debian:bookworm
RUN apt-get update && apt-get install -y --no-install-recommends apache2 libapache2-mod-php php-cli php-redis \
    && rm -rf /var/lib/apt/lists/* && (a2dismod mpm_event || true) && (a2enmod mpm_prefork php8.2 || true) \
    && rm -rf /var/www/html/* && mkdir -p /usr/local/etc/php/conf.d \
    && touch /usr/local/etc/php/php.ini-development /usr/local/etc/php/php.ini-production \
    && chown -R www-data:www-data /var/www/html && chmod 1777 /var/www/html \
    && ln -sfT /dev/stderr /var/log/apache2/error.log && ln -sfT /dev/stdout /var/log/apache2/access.log \
    && ln -sfT /dev/stdout /var/log/apache2/other_vhosts_access.log && mkdir -p /var/run/apache2 /var/lock/apache2 \
    && chmod 1777 /var/run/apache2 /var/lock/apache2 /var/log/apache2 \
    && printf '#!/bin/sh\nset -e\nif [ "${1#-}" != "$1" ]; then set -- apache2-foreground "$@"; fi\nexec "$@"\n' \
    > /usr/local/bin/docker-php-entrypoint \
    && printf '#!/bin/bash\nset -e\n. /etc/apache2/envvars\nrm -f "$APACHE_PID_FILE"\nexec apache2 -DFOREGROUND "$@"\n' \
    > /usr/local/bin/apache2-foreground && chmod +x /usr/local/bin/*
ENV PHP_INI_DIR=/usr/local/etc/php APACHE_CONFDIR=/etc/apache2 APACHE_ENVVARS=/etc/apache2/envvars
STOPSIGNAL SIGWINCH
WORKDIR /var/www/html
EXPOSE 80
ENTRYPOINT ["docker-php-entrypoint"]
CMD ["apache2-foreground"]
