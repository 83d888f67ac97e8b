FROM golang:1.25 AS build
WORKDIR /src
COPY . .
RUN make server

FROM alpine:3.22
COPY --from=build /src/server /server
CMD ["/server"]
