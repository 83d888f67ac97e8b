FROM golang:1.25 AS base
WORKDIR /src
COPY . .
RUN go build -o /server

FROM base AS build

FROM gcr.io/distroless/static-debian12
COPY --from=build /server /server
ENTRYPOINT ["/server"]
