FROM alpine:3.20
RUN apk add --no-cache nodejs && \
    apk add --no-cache tini
