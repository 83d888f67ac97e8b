FROM debian:trixie-slim
ADD . /app
