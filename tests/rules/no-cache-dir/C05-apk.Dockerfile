FROM alpine:3.20
RUN apk add curl
RUN apk add --update --virtual .build gcc && apk del .build
RUN apk -U add jq
