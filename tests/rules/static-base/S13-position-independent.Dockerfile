FROM golang:1.25 AS build
ENV CGO_ENABLED=0
WORKDIR /src
COPY . .
RUN go build -buildmode=pie -o /server .

FROM debian:bookworm-slim
COPY --from=build /server /server
CMD ["/server"]
