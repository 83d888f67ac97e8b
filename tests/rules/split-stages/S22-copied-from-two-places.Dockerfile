FROM golang:1.22-bookworm
WORKDIR /src
COPY go.mod main.go ./
RUN CGO_ENABLED=0 go build -o /tmp/app .
RUN cp /tmp/app main.go \
      /opt/app
CMD ["/opt/app"]
