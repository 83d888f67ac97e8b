# COPY --from finds a stage in any case; FROM BUILD would be an image, and a bad one
FROM alpine:3.20 AS Build
FROM build
COPY --from=BUILD /a /b
