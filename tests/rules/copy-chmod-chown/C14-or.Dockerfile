FROM alpine:3.20
COPY a.sh /a.sh
RUN chmod 755 /a.sh || true
