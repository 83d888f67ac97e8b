FROM debian:12
RUN apt-get update && echo "10.0.0.1 mirror" >> /etc/hosts
RUN apt-get install -y curl
RUN apt-get install -y git
