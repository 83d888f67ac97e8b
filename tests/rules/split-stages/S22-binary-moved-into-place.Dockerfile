FROM golang:1.22-bookworm
WORKDIR /src
COPY go.mod main.go ./
RUN CGO_ENABLED=0 go build -o /tmp/app . && \
    mv /tmp/app /usr/local/bin/app && \
    chmod 755 /usr/local/bin/app
CMD ["/usr/local/bin/app"]
