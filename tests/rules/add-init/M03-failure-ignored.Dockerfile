FROM debian:trixie-slim
RUN apt-get update; apt-get install -y wget; true
CMD ["/a"]
