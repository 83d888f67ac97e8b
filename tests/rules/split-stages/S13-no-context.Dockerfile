FROM golang:1.27
COPY . .
RUN go build -o /app .
CMD ["/app"]
