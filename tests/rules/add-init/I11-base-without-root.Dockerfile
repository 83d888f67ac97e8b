FROM haproxy:3.0
CMD ["app"]
