# escape=`
FROM golang:1.25 AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o server .

FROM alpine:3.22
WORKDIR /app
COPY --from=build /src .
CMD ["./server"]
