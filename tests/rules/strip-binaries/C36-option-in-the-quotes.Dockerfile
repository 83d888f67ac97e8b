FROM golang:1.25 AS build
WORKDIR /src
COPY . .
RUN go build "-ldflags=-X main.v=1" -o /server
RUN go build -ldflags "" -o /server

FROM gcr.io/distroless/static-debian12
COPY --from=build /server /server
ENTRYPOINT ["/server"]
