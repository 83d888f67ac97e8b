FROM golang:1.25 AS build
COPY . /src
RUN go build -C /src -o /server .

FROM scratch
COPY --from=build /server /server
ENTRYPOINT ["/server"]
