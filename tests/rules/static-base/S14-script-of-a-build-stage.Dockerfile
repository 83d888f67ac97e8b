FROM golang:1.25 AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o /out/server .

FROM alpine:3.22
COPY --from=build /out/server /src/entrypoint.sh /
ENTRYPOINT ["/entrypoint.sh"]
CMD ["server"]
