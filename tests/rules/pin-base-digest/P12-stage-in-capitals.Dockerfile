# COPY --from finds a stage in any case, FROM does not: BuildKit takes BUILD for an image, and a bad one
FROM alpine:3.20 AS Build
FROM BUILD
COPY --from=BUILD /a /b
