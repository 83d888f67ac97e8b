FROM golang:1.22-bookworm
RUN apt-get update && apt-get upgrade -y && apt-get install -y ca-certificates git tzdata && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN go build -o /usr/local/bin/app .
ENTRYPOINT ["/usr/local/bin/app"]
