FROM golang:1.22-bookworm
WORKDIR /src
COPY go.mod main.go ./
RUN CGO_ENABLED=0 go build -o /app . && cd /etc && chmod 600 shadow
CMD ["/app"]
