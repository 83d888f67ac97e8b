FROM golang:1.25 AS build
WORKDIR /src
COPY . .
RUN <<EOF
go build -o /server
EOF

FROM gcr.io/distroless/static-debian12
COPY --from=build /server /server
ENTRYPOINT ["/server"]
