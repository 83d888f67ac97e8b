from golang:1.22 as b
arg TARGETARCH=amd64
run GOARCH=$TARGETARCH go build -o /a .
cmd ["/a"]
