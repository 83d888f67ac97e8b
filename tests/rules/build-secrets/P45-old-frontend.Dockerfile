# syntax=docker/dockerfile:1.4
FROM debian:trixie-slim
ARG API_TOKEN
RUN fetch --token $API_TOKEN
