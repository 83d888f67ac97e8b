FROM debian:trixie-slim
RUN groupadd -r app
RUN set -eux; apt-get update; apt-get install -y curl
RUN mkdir /a
