FROM golang:1.22 AS build
WORKDIR /src
COPY . .
RUN go mod download
FROM golang:1.22
COPY --from=build /go/pkg/mod /go/pkg/mod
CMD ["/app"]
