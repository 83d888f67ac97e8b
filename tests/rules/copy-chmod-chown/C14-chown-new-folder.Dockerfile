FROM alpine:3.20
COPY a.conf /srv/new/a.conf
RUN chown 1:1 /srv/new/a.conf
