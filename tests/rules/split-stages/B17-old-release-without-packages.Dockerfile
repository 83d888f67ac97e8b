FROM golang:1.16-stretch
WORKDIR /src
COPY go.mod main.go ./
RUN CGO_ENABLED=0 go build -o /app .
CMD ["/app"]
