FROM golang:1.24
WORKDIR /app
COPY . .
RUN ./check.sh
RUN go mod download
RUN go build -o /main .
CMD ["/main"]
