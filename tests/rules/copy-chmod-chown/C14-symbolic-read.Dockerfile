FROM alpine:3.20
COPY a.conf b.conf /etc/
RUN chmod u=rw,go-rwx /etc/a.conf /etc/b.conf && echo done
