FROM golang:1.25 AS build
ENV CGO_ENABLED=0
WORKDIR /src
COPY . .
RUN go build -o /server .

FROM alpine:3.22 AS api
COPY --from=build /server /server
CMD ["/server"]

FROM alpine:3.22 AS worker
COPY --from=build /server /server
CMD ["/server", "work"]
