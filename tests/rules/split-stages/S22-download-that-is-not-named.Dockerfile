FROM golang:1.22-bookworm
WORKDIR /src
COPY go.mod main.go ./
RUN curl -o
RUN CGO_ENABLED=0 go build -o /app .
CMD ["/app"]
