FROM golang:1.25-nanoserver
COPY . .
RUN go build -o server.exe
