FROM alpine:3.20
COPY a.sh /a.sh
RUN chmod u+s /a.sh
