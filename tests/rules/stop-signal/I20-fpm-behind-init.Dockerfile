FROM alpine:3.20
RUN apk add --no-cache php83-fpm tini
ENTRYPOINT ["/sbin/tini", "--"]
CMD ["php-fpm83", "-F"]
