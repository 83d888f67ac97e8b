FROM node:24 AS web
WORKDIR /web
RUN mkdir /dist && echo x > /dist/index.html

FROM golang:1.25 AS build
WORKDIR /src
COPY . .
COPY --from=web /dist ./public
RUN CGO_ENABLED=0 go build -o server .

FROM alpine:3.22
COPY --from=build /src \
    /app
CMD ["/app/server"]
