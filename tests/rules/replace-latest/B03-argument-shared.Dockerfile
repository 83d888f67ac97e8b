ARG TAG=latest
FROM debian:${TAG} AS a
FROM nginx:${TAG}
