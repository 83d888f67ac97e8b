FROM golang:1.22-bookworm
RUN go install github.com/pressly/goose/v3/cmd/goose@v3.20.0
WORKDIR /app
COPY . .
RUN go build -o server .
ENTRYPOINT ["./entrypoint.sh"]
