FROM alpine:3.20
RUN apk update && apk search curl && apk add curl
RUN apk update; apk add jq
RUN apk update && \
    # a tool
    apk add git
