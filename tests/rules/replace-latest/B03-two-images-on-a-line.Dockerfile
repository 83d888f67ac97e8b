ARG BASE=nginx OTHER=nginx:latest
FROM ${OTHER} AS build
FROM ${BASE}
