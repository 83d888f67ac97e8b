# a comment
# syntax=docker/dockerfile:1
FROM scratch
COPY x /
