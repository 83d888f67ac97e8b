# syntax=docker/dockerfile:1.7-labs
# escape=`
# a comment
FROM scratch
COPY x /
