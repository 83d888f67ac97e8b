FROM golang:1.22-alpine3.20
RUN apk add --no-cache git
WORKDIR /src
COPY . .
RUN go build -o /server .
CMD /server --port $PORT
