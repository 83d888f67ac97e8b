FROM golang:1.25 AS build
WORKDIR /src
COPY . .
RUN go build -gcflags="all=-N -l" -o /server

FROM gcr.io/distroless/static-debian12
COPY --from=build /server /server
ENTRYPOINT ["/server"]
