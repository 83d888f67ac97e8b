FROM alpine:3.20 AS one
FROM alpine:3.20
COPY --from=one /a.sh /a.sh
RUN chmod +x /a.sh
