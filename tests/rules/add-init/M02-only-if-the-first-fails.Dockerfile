FROM debian:trixie-slim
RUN apt-get update && apt-get install -y wget || apt-get install -y wget curl
CMD ["/a"]
