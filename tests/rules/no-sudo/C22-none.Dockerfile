FROM debian:trixie-slim
RUN apt-get update && apt-get install -y sudo
RUN echo "app ALL=(ALL) NOPASSWD: ALL" > /etc/sudoers.d/app
RUN sudo --version
RUN ["sudo", "mkdir", "/data"]
