ARG BASE=alpine:3.20
FROM ${BASE}
RUN true
