FROM alpine:3.20
RUN apk add --no-cache tini \
 && addgroup -S app \
 # no password
 && adduser -S -D -H -G app app
COPY app /app
USER app
CMD ["/app"]
