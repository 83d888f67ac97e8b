FROM alpine:3.20
RUN apk add --no-cache gcc ca-certificates && make && apk del gcc
CMD ["/app"]
