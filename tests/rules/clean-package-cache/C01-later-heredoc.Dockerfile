# syntax=docker/dockerfile:1
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y a
RUN <<EOF
apt-get install -y b
EOF
