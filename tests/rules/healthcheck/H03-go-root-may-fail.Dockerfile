FROM golang:1.22-alpine AS build
ARG FLAGS
WORKDIR /src
COPY . .
RUN go build -gcflags="${FLAGS}" -o /bin/app /src/main.go

FROM alpine:3.20
COPY --from=build /bin/app /usr/local/bin/app
CMD ["app"]
