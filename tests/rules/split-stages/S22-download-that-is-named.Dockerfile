FROM golang:1.22-bookworm
WORKDIR /src
COPY go.mod main.go ./
RUN wget -q -O /usr/local/share/data.json https://example.com/data.json && curl -fsSL https://example.com/other.json --output /usr/local/share/other.json
RUN CGO_ENABLED=0 go build -o /app .
CMD ["/app"]
