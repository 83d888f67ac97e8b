FROM debian:trixie-slim
RUN sudo -E apt-get update
RUN sudo -n -H mkdir /data
RUN sudo --preserve-env mkdir /data
RUN sudo VERSION=1 make install
RUN sudo -i mkdir /data
