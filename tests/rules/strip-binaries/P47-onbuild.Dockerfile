FROM golang:1.25
ONBUILD RUN go build -o /server
