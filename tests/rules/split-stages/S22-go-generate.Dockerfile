FROM golang:1.22-bookworm
WORKDIR /app
COPY . .
RUN go generate ./... && go build -o server .
CMD ["./server"]
