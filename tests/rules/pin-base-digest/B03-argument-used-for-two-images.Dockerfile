ARG TAG=3.20
FROM alpine:$TAG AS a
FROM ghcr.io/acme/alpine:$TAG
