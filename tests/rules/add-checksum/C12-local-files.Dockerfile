FROM debian:trixie-slim
ADD app-1.2.tar.gz /opt/
ADD . /app
