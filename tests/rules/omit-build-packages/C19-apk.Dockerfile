FROM alpine:3.20
RUN apk add --no-cache g++ make libffi-dev tzdata
COPY app /app
CMD ["/app"]
