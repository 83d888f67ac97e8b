FROM nginx:latest AS web
RUN true
FROM docker.io/library/debian:latest
