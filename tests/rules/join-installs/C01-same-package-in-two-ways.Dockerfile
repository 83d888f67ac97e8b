FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends curl=8.14.1-2 && \
    apt-get install -y --no-install-recommends curl git && rm -rf /var/lib/apt/lists/*
RUN apt-get update && apt-get install -y --no-install-recommends vim git && \
    apt-get install -y --no-install-recommends nano vim- && rm -rf /var/lib/apt/lists/*
FROM alpine:3.22
RUN apk add --no-cache curl git && apk add --no-cache git jq
CMD ["/a"]
