FROM golang:1.25 AS build
ENV CGO_ENABLED=0
WORKDIR /src
COPY . .
RUN go build -o /server .

FROM alpine:3.22
RUN apk add --no-cache tini
COPY --from=build /server /server
ENTRYPOINT ["/sbin/tini", "-g", "--", "/server"]
