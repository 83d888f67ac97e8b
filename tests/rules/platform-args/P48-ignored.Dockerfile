FROM golang:1.22 AS b
# harden: ignore[platform-args] amd64 only
ARG TARGETARCH=amd64
RUN GOARCH=$TARGETARCH go build -o /a .
FROM scratch
COPY --from=b /a /a
CMD ["/a"]
