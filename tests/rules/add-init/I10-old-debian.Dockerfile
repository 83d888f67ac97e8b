FROM debian:9
CMD ["app"]
