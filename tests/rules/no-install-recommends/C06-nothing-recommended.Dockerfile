FROM ubuntu:24.04
RUN apt-get update && apt-get -y install make netcat-openbsd
