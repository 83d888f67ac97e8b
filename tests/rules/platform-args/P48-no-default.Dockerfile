FROM golang:1.22 AS b
ARG TARGETARCH
ARG TARGETVARIANT=
ARG MYTARGETARCH=amd64
ARG targetarch=amd64
RUN GOARCH=$TARGETARCH go build -o /a .
FROM scratch
COPY --from=b /a /a
CMD ["/a"]
