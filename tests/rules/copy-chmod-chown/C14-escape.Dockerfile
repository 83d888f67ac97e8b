FROM alpine:3.20
COPY a.conf \
  /etc/a.conf
RUN chmod 640 \
  /etc/a.conf
