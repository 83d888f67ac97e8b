FROM alpine:3.20
RUN apk add --no-cache s6-overlay
ENTRYPOINT ["/init"]
CMD ["/app/server"]
