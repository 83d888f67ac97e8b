FROM golang:1.25 AS build
WORKDIR /src
RUN git clone https://github.com/example/tool.git . && make VERSION=$(git describe --tags)

FROM debian:trixie-slim
COPY --from=build /src/tool /usr/bin/
