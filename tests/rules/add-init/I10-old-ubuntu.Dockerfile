FROM ubuntu:18.04
CMD ["app"]
