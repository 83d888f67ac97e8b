FROM golang:1.22-bookworm
WORKDIR /src
COPY go.mod main.go ./
RUN gem install rake
RUN CGO_ENABLED=0 go build -o /app .
CMD ["/app"]
