FROM debian:trixie-slim
SHELL ["/bin/bash", "--login", "-c"]
RUN apt-get update
RUN apt-get install -y curl
RUN mkdir /a
RUN mkdir /b
