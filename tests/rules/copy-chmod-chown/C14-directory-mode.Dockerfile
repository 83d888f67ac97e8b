FROM alpine:3.20
COPY conf /etc/conf
RUN chmod -R 644 /etc/conf/a.ini
RUN true
