FROM golang:1.25 AS build
WORKDIR /src
COPY . .
COPY <<EOF /src/web.conf
port=1
EOF
RUN CGO_ENABLED=0 go build -o server .

FROM alpine:3.22
WORKDIR /app
COPY --from=build /src .
CMD ["./server"]
