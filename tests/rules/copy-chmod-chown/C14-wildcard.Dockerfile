FROM alpine:3.20
COPY *.sh /opt/
RUN chmod 755 /opt/*.sh
