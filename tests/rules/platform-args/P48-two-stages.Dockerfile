FROM golang:1.22 AS b
ARG TARGETOS=linux
ARG TARGETARCH=amd64
RUN GOARCH=$TARGETARCH go build -o /a .
FROM debian:trixie-slim
ARG TARGETARCH=amd64
RUN echo $TARGETARCH
COPY --from=b /a /a
CMD ["/a"]
