FROM debian:trixie-slim
RUN apt-get update
COPY packages.txt /tmp/
RUN apt-get install -y curl
RUN apt-get install -y git
