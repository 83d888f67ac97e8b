FROM alpine:3
CMD ["app"]
