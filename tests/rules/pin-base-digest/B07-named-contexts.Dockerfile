FROM alpine:3.20 AS a
FROM golang:1.22 AS b
FROM docker.io/library/node:22-slim AS c
FROM debian:trixie-slim
COPY --from=a /a /b
