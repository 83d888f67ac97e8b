FROM golang:1.22-alpine AS build
WORKDIR /src
COPY . .
RUN go build -o /server .

FROM alpine:3.20
COPY --from=build /server /server
USER nobody
CMD ["/server"]
