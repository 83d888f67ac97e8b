ARG BASE=debian:bookworm-slim
FROM ${BASE} AS tools
RUN apt-get update && apt-get install -y curl
FROM tools
RUN apt-get update && apt-get install -y wget
