FROM golang:1.25 AS build
ENV CGO_ENABLED=0
WORKDIR /src
COPY . .
RUN go build -o /server .

FROM alpine:3.22
COPY --from=build /server /server
HEALTHCHECK CMD wget -qO- http://127.0.0.1:8080/ || exit 1
CMD ["/server"]
