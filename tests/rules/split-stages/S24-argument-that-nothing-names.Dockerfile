FROM golang:1.22-bookworm
ARG VERSION=1
ARG COMMIT=none
WORKDIR /src
COPY go.mod main.go ./
RUN CGO_ENABLED=0 go build -ldflags "-X main.v=$VERSION" -o /app .
LABEL commit=$COMMIT
CMD ["/app"]
