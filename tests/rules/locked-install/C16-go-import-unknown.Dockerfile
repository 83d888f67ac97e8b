FROM golang:1.22 AS build
WORKDIR /src
COPY . .
RUN go get -d -v ./... && go build -o /app .
