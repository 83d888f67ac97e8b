FROM golang:1.24 AS build
WORKDIR /src
COPY . .
RUN go build -o /out/server ./cmd
FROM debian:trixie-slim
COPY --from=build /out/server /server
CMD /server --port 80
