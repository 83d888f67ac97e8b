FROM alpine:3.20
COPY a.sh /a.sh
RUN chmod +x /a.sh
