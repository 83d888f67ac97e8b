FROM golang:1.25 AS build
WORKDIR /src
COPY . .
RUN set -eux; \
    go mod download; \
    # the server
    go build \
        -o /server \
        ./cmd/server

FROM alpine:3.22
COPY --from=build /server /server
CMD ["/server"]
