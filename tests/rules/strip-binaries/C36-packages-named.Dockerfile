FROM golang:1.25 AS build
WORKDIR /src
COPY . .
RUN go build -ldflags="all=-X main.v=1" -o /server

FROM gcr.io/distroless/static-debian12
COPY --from=build /server /server
ENTRYPOINT ["/server"]
