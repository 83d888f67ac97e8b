FROM golang:1.25 AS build
WORKDIR /src
COPY . .
RUN mkdir -p /src/cache && CGO_ENABLED=0 go build -o server .

FROM alpine:3.22
WORKDIR /app
# what runs
COPY --from=build --chown=1000:1000 /src/ /app/
# afterwards
RUN apk add --no-cache ca-certificates && chown -R 1000:1000 /app && chmod +x server
USER 1000
ENTRYPOINT ["./server"]
