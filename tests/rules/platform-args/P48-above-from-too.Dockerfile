ARG TARGETARCH=arm64
FROM golang:1.22 AS b
ARG TARGETARCH=amd64
RUN GOARCH=$TARGETARCH go build -o /a .
FROM scratch
COPY --from=b /a /a
CMD ["/a"]
