FROM golang:1.22 AS build
RUN go build
FROM build AS test
FROM debian AS debian
FROM debian
