FROM debian:bookworm-slim
RUN apt-get update && sudo DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 install -t bookworm-backports -y make
RUN apt install make -y
