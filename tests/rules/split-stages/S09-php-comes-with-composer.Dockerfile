FROM debian:bookworm
RUN apt-get update
RUN apt-get install -y composer git unzip
WORKDIR /srv/app
COPY . .
RUN composer install
EXPOSE 8080
CMD php -S 0.0.0.0:8080 -t public
