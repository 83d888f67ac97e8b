FROM debian:trixie-slim
RUN set -eux; mkdir /a; touch /a/b
RUN mkdir /c
