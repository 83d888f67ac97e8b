FROM php:8.3-cli
CMD ["-S", "0.0.0.0:80"]
