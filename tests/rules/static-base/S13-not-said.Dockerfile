FROM golang:1.25 AS build
WORKDIR /src
COPY . .
RUN go mod download && \
    go build -o /out/server .

FROM debian:bookworm-slim
# what the server calls
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /out/server /usr/local/bin/server
CMD ["server", "--port", "8080"]
