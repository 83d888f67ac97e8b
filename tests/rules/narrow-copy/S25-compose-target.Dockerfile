FROM golang:1.25 AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o server .

FROM alpine:3.22 AS app
COPY --from=build /src /app
CMD ["/app/server"]

FROM alpine:3.22 AS tools
RUN apk add --no-cache strace
