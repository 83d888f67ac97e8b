FROM golang:1.22-bookworm
WORKDIR /src
COPY . .
RUN apt-get update && apt-get install -y libsqlite3-dev && go build -o /server .
CMD ["/server"]
