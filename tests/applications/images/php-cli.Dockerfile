# Stands in for php:8.3-cli.
FROM php:8.3-apache
STOPSIGNAL SIGTERM
CMD ["php", "-a"]
