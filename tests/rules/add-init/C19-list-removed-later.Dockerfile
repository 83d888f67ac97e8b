FROM alpine:3.20
RUN apk add --no-cache gcc make
RUN make && apk del gcc make
CMD ["/app"]
