# syntax = docker/dockerfile
FROM scratch
COPY x /
