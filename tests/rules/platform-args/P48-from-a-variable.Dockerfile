FROM golang:1.22 AS b
ARG ARCH
ARG TARGETARCH=${ARCH}
RUN GOARCH=$TARGETARCH go build -o /a .
FROM scratch
COPY --from=b /a /a
CMD ["/a"]
