FROM alpine:3.20
COPY bin /opt/bin
RUN chmod 755 /opt/bin
