FROM golang:1.24
RUN mkdir /app
ADD . /app/
WORKDIR /app
RUN pwd
RUN ls -a
RUN go mod download
RUN go build -o /main .
CMD ["/main"]
