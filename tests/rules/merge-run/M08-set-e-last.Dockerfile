FROM debian:trixie-slim
RUN apt-get update
RUN set -eux; apt-get install -y curl; rm -rf /var/lib/apt/lists/*
RUN set -eux; apt-get update; apt-get install -y git
RUN apt-get install -y make
RUN set -ex && mkdir /d
RUN mkdir /e
