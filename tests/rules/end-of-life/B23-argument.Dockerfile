ARG VERSION=2.7
FROM --platform=linux/amd64 python:${VERSION}-slim AS build
FROM build
RUN true
