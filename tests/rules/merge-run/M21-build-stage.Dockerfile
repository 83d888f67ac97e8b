FROM golang:1.27 AS b
RUN go mod download
RUN go build -o /x .
RUN mkdir /a
RUN mkdir /b
FROM scratch
COPY --from=b /x /x
