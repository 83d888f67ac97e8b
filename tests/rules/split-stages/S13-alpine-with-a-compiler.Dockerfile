FROM golang:1.22-alpine
WORKDIR /src
RUN apk add --no-cache gcc musl-dev
COPY . .
RUN go build -o /server .
CMD ["/server"]
