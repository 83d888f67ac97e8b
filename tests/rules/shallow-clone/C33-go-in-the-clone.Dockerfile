FROM golang:1.25 AS build
RUN git clone https://github.com/example/tool.git /tool && cd /tool && go build -o /out ./cmd/tool

FROM scratch
COPY --from=build /out /tool
