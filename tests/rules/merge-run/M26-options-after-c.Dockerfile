FROM debian:12
SHELL ["/bin/sh", "-ce"]
RUN apt-get update
RUN apt-get install -y curl
