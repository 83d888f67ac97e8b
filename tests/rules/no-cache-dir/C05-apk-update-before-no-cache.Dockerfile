FROM alpine:3.20
RUN apk update && apk add --no-cache curl
RUN apk update && apk add --no-cache jq && apk search vim
RUN apk update
RUN apk add --no-cache git
