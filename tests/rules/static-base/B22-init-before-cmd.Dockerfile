FROM golang:1.25 AS build
ENV CGO_ENABLED=0
WORKDIR /src
COPY . .
RUN go build -o /server .

FROM alpine:3.22
# an init, for docker stop
RUN apk add --no-cache tini
COPY --from=build /server /server
USER 65532:65532
ENTRYPOINT ["/sbin/tini", "--"]
CMD ["/server", "-v"]
