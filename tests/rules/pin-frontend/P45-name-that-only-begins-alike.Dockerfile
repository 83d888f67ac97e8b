# syntax=docker/dockerfile-plus:1
FROM scratch
COPY server /
