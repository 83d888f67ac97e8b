FROM golang:1.25 AS build
WORKDIR /src
COPY . .
ENV GOFLAGS=-ldflags=-X=main.v=1
RUN go build -o /server

FROM gcr.io/distroless/static-debian12
COPY --from=build /server /server
ENTRYPOINT ["/server"]
