FROM alpine:3.20
RUN apk add --no-cache --virtual .build gcc && apk add --no-cache tini
RUN apk add --no-cache gcc && make && apk add --no-cache make
