FROM debian:trixie-slim
RUN mkdir /a && \
    chmod 777 /a
