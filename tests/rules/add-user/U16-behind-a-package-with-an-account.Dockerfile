FROM alpine:3.20
RUN apk add --no-cache nginx
RUN adduser -S app
USER app
CMD ["sleep", "1"]
