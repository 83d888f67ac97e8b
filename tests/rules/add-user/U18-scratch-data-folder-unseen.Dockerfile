FROM golang:1.23 AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o /out/collector ./cmd/collector
FROM scratch
COPY --from=build /out/collector /collector
# WORKDIR makes it as root, and nothing in the image can give it away
WORKDIR /data
ENTRYPOINT ["/collector"]
