FROM golang:1.25 AS build
WORKDIR /src
COPY . .
RUN go build ./... && go build -race -o /race . && go build -buildmode=plugin -o /p.so . && go vet ./...
RUN go install github.com/swaggo/swag/cmd/swag@v1.16.4 && go test ./...

FROM gcr.io/distroless/static-debian12
COPY --from=build /server /server
ENTRYPOINT ["/server"]
