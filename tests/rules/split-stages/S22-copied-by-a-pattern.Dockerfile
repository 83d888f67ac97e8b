FROM golang:1.22-bookworm
WORKDIR /src
COPY go.mod main.go ./
RUN CGO_ENABLED=0 go build -o /tmp/app . && cp /tmp/a* /usr/local/bin/
CMD ["/usr/local/bin/app"]
