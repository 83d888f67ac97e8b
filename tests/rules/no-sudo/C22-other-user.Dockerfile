FROM debian:trixie-slim
RUN useradd app
USER app
RUN sudo apt-get update
USER root
RUN sudo -u app touch /home/app/x
RUN sudo apt-get update
