FROM golang:1.22
WORKDIR /go/src/app
COPY *.go .
RUN go mod init example.org/dispatch && go get
RUN go install
CMD ["dispatch"]
