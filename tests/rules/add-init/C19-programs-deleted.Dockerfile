FROM alpine:3.20
RUN apk add --no-cache ca-certificates
RUN find /sbin /usr/sbin ! -type d -delete
CMD ["/app"]
