FROM alpine:3.20 AS one
WORKDIR /opt
COPY a.sh b.sh ./
RUN chmod 0755 a.sh /opt/b.sh
FROM alpine:3.20
COPY --from=one /opt/a.sh /a.sh
RUN chown 0:0 /a.sh
