FROM alpine:3.22 AS base
ARG S6=v3.1.6.2
RUN wget -qO- "https://github.com/just-containers/s6-overlay/releases/download/${S6}/s6-overlay-noarch.tar.xz" | tar Jxpf - -C / && \
    mv /init /s6-init
ENTRYPOINT ["/s6-init"]

FROM base
COPY app /app
