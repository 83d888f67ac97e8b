FROM golang:1.22
WORKDIR /src
COPY . .
ENV CGO_ENABLED=0
RUN go build
CMD ["./shop"]
