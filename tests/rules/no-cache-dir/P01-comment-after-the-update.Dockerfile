FROM alpine:3.20
RUN apk update && \
    # fetches
    apk add --no-cache curl
