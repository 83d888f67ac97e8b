FROM golang:1.24-alpine AS builder
WORKDIR /code
COPY . .
RUN CGO_ENABLED=0 go build -o /code/bin/backend main.go
CMD ["/code/bin/backend"]

FROM scratch
COPY --from=builder /code/bin/backend /usr/local/bin/backend
CMD ["/usr/local/bin/backend"]
