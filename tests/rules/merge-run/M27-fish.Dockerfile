FROM debian:12
SHELL ["/usr/bin/fish", "-c"]
RUN apt-get update
RUN apt-get install -y curl
