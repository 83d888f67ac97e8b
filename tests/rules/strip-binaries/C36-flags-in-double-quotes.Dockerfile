FROM golang:1.25 AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 GOOS=linux go build \
    # the version
    -ldflags "-X main.version=${VERSION} -extldflags '-static'" \
    -o /server .

FROM gcr.io/distroless/static-debian12
COPY --from=build /server /server
ENTRYPOINT ["/server"]
