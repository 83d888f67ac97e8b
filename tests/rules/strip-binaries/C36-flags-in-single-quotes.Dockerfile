FROM golang:1.25 AS build
WORKDIR /src
COPY . .
RUN go mod download && go build -trimpath -ldflags='-X main.v=1' -o /server && go install ./cmd/tool

FROM gcr.io/distroless/static-debian12
COPY --from=build /server /server
ENTRYPOINT ["/server"]
