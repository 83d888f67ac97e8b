FROM golang:1.25 AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o server .

FROM alpine:3.22
COPY --from=build /src/server /app/
COPY --from=build /out /app/
COPY --from=build /go /go
COPY --from=build --exclude=*.go /src /app/
CMD ["/app/server"]
