FROM alpine:3.22@sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d
RUN apk update && apk --no-cache upgrade
RUN apk upgrade --no-cache openssl
