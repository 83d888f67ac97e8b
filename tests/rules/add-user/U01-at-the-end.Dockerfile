FROM debian:trixie-slim
RUN useradd -r app
RUN apt-get update
