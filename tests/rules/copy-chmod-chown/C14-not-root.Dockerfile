FROM alpine:3.20
USER 1000
COPY a.sh /tmp/a.sh
RUN chmod 755 /tmp/a.sh
