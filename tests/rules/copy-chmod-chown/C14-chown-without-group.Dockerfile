FROM alpine:3.20
COPY a.sh /a.sh
RUN chown 10001 /a.sh
