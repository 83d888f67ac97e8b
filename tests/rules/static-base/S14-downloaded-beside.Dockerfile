FROM golang:1.25 AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o /out/ ./cmd/... && wget -O /out/migrate https://example.org/migrate

FROM alpine:3.22
COPY --from=build /out/ /usr/local/bin/
CMD ["migrate"]
