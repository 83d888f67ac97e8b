FROM alpine:3.20
COPY a.sh /a.sh
ENV A=1
RUN chmod 755 /a.sh
