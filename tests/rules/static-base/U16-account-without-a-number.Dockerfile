FROM golang:1.25 AS build
ENV CGO_ENABLED=0
WORKDIR /src
COPY . .
RUN go build -o /server .

FROM alpine:3.22
RUN addgroup -S app && adduser -S app -G app
COPY --from=build /server /server
USER app:app
CMD ["/server"]
