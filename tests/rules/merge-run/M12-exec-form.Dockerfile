FROM debian:trixie-slim
RUN ["echo","$HOME"]
RUN echo b
RUN ["apt-get", "update"]
RUN apt-get install -y curl
