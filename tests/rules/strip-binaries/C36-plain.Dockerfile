FROM golang:1.25 AS build
WORKDIR /src
COPY . .
RUN go build -o /server ./cmd/server

FROM gcr.io/distroless/static-debian12
COPY --from=build /server /server
ENTRYPOINT ["/server"]
