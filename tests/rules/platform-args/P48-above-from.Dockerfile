ARG TARGETARCH=amd64
FROM golang:1.22 AS b
ARG TARGETARCH
RUN GOARCH=$TARGETARCH go build -o /a .
FROM scratch
COPY --from=b /a /a
CMD ["/a"]
