FROM debian:trixie-slim
RUN apt-get \
    # the lists
    update
