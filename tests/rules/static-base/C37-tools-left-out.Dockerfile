FROM golang:1.25 AS build
ENV CGO_ENABLED=0
WORKDIR /src
COPY . .
RUN go build -o /server .

FROM alpine:3.22
RUN apk --no-cache add ca-certificates tzdata curl bash && update-ca-certificates
COPY --from=build /server /server
CMD ["/server"]
