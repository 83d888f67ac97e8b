FROM debian:12
SHELL ["/bin/sh", "-ec"]
RUN apt-get update && . /etc/os-release
RUN apt-get install -y curl
