FROM golang:1.22-bookworm
WORKDIR /src
COPY go.mod main.go ./
RUN CGO_ENABLED=0 go build -o /tmp/app . && install -m 755 /tmp/app /usr/local/bin/app
CMD ["/usr/local/bin/app"]
