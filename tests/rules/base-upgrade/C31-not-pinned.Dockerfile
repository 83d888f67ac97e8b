FROM debian:trixie-slim
RUN apt-get update && apt-get upgrade -y
