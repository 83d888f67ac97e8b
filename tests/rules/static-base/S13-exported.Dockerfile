FROM golang:1.25 AS base
ENV GOOS=linux
WORKDIR /src

FROM base AS build
COPY . .
RUN export CGO_ENABLED=0 && go build -o bin/ ./cmd/...

FROM busybox:1.36
COPY --from=build /src/bin /app
WORKDIR /app
ENTRYPOINT ["./server"]
