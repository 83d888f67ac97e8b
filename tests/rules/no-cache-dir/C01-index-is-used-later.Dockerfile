FROM alpine:3.20
RUN apk add --update curl
CMD apk add $EXTRA && exec curl
