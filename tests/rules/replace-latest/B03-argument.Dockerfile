ARG IMAGE=nginx:latest
ARG TAG=latest
FROM $IMAGE AS a
FROM debian:${TAG}
