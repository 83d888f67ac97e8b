FROM debian:trixie-slim
RUN sudo \
    # the lists
    apt-get update
