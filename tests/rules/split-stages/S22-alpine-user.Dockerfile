FROM golang:1.22-alpine
RUN apk add --no-cache git
WORKDIR /src
COPY . .
RUN go build -o /app .
RUN adduser -D app
USER app
CMD /app
