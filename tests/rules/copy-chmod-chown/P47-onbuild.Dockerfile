FROM alpine:3.20
COPY a.sh /a.sh
ONBUILD RUN chmod 755 /a.sh
