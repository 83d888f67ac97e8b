FROM golang:1.22-bookworm
WORKDIR /src
COPY go.mod main.go ./
RUN go mod download || (sleep 1 && go mod download)
RUN CGO_ENABLED=0 go build -o /app .
CMD ["/app"]
