FROM --platform=${BUILDPLATFORM} golang:1.22 AS b
ARG TARGETOS=linux TARGETARCH="arm64" VERSION=1.0 \
    TARGETVARIANT='v7'
RUN GOARCH=$TARGETARCH go build -o /a .
FROM scratch
COPY --from=b /a /a
CMD ["/a"]
