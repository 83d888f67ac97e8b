FROM debian:trixie AS build
RUN apt-get update
RUN apt-get install -y gcc
RUN mkdir /a
RUN mkdir /b
FROM alpine:3.22 AS tools
RUN apk update
RUN apk add git
FROM debian:trixie-slim
COPY --from=build /x /x
COPY --from=tools /y /y
