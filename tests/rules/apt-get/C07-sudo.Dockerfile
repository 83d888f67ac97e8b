FROM ubuntu:24.04
RUN sudo apt update; sudo -E DEBIAN_FRONTEND=noninteractive apt install -y curl
CMD ["true"]
