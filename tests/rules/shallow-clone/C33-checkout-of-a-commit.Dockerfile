FROM golang:1.25 AS build
RUN git clone https://github.com/example/tool.git /go/src/tool \
 && (cd /go/src/tool && git checkout -q "$COMMIT") \
 && rm -rf /go/src/tool/.git
