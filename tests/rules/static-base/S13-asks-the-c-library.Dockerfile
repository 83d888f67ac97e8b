FROM golang:1.25 AS build
WORKDIR /src
COPY . .
RUN go build -o /server .

FROM debian:bookworm-slim
COPY --from=build /server /server
CMD ["/server"]
