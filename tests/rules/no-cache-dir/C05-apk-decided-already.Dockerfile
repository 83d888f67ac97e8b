FROM alpine:3.20
RUN apk add --no-cache curl
RUN apk update && apk add jq && rm -rf /var/cache/apk/*
RUN apk add --no-network ./x.apk
