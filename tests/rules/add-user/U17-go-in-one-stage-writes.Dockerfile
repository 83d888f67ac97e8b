FROM golang:1.24
WORKDIR /app
COPY go.mod ./
RUN go mod download
COPY *.go ./
RUN CGO_ENABLED=0 go build -o /docker-gs-ping
EXPOSE 8080
CMD ["/docker-gs-ping"]
