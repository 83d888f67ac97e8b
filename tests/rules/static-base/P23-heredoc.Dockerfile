FROM golang:1.25 AS build
ENV CGO_ENABLED=0
WORKDIR /src
COPY . .
RUN go build -o /server .

FROM alpine:3.22
RUN <<EOF
apk add --no-cache ca-certificates
EOF
COPY --from=build /server /server
COPY <<EOF /etc/server.conf
port = 8080
EOF
CMD ["/server"]
