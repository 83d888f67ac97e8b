FROM golang:1.24 AS build
WORKDIR /src
COPY go.mod ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -o /out/server .

FROM gcr.io/distroless/static
WORKDIR /app
COPY --from=build /out/server ./server
EXPOSE 8080
ENTRYPOINT ["/app/server"]
