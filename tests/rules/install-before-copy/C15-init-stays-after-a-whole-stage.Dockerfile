FROM alpine:3.20 AS settings
COPY repositories /out/etc/apk/repositories

FROM python:3.12-alpine
COPY --from=settings /out/ /
RUN apk add --no-cache tini
CMD ["python3", "-m", "http.server"]
