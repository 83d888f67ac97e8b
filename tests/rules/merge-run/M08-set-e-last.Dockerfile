FROM debian:trixie-slim
RUN mkdir /a
RUN set -eux; mkdir /b; touch /b/c
RUN mkdir /d
