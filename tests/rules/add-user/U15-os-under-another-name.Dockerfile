FROM golang:1.24 AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o /out/app .
FROM alpine:3.20
WORKDIR /app
COPY --from=build /out/app /app/app
CMD ["/app/app"]
