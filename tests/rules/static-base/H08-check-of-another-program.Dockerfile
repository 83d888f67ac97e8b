FROM golang:1.25 AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o /out/ ./cmd/...

FROM alpine:3.22
COPY --from=build /out/ /usr/local/bin/
HEALTHCHECK CMD ["probe", "--port", "8080"]
CMD ["server"]
