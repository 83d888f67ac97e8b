FROM debian:trixie-slim
RUN echo 127.0.0.1 db >> /etc/hosts
RUN getent hosts db
