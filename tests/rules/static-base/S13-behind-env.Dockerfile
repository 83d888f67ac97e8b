FROM golang:1.25 AS build
WORKDIR /src
COPY . .
RUN env CGO_ENABLED=0 GOOS=linux go build -o /server .

FROM ubuntu:24.04
COPY --from=build /server /server
CMD ["/server"]
