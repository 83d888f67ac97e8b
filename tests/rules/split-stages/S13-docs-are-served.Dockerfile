FROM golang:1.22-bookworm
WORKDIR /app
COPY go.mod ./
RUN go mod download
COPY . .
RUN go build -o server .
CMD ["./server"]
