FROM golang:1.25 AS build
ENV CGO_ENABLED=0
WORKDIR /src
COPY . .
RUN go build -o /server .

FROM alpine:3.22
RUN mkdir -p /app/config && mkdir /data
WORKDIR /app/config
COPY --from=build /server /app/server
CMD ["/app/server"]
