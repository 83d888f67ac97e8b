FROM registry.example/tools
RUN sudo apt-get update
USER 0
RUN sudo apt-get update
