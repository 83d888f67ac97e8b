FROM golang:1.24 AS builder
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o ./service .

FROM gcr.io/distroless/static:nonroot
WORKDIR /app
COPY --from=builder /src/service .
ENTRYPOINT ["./service"]
