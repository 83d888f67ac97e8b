FROM golang:1.22
WORKDIR /go/src/app
COPY . .
RUN CGO_ENABLED=0 go install ./cmd/shopd
CMD ["shopd"]
