FROM golang:1.25 AS build
ARG CGO
WORKDIR /src
COPY . .
RUN CGO_ENABLED=${CGO} go build -o /server .

FROM ubuntu:24.04
COPY --from=build /server /server
CMD ["/server"]
