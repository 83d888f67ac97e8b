FROM debian:trixie-slim
RUN set -e; apt-get update; apt-get install -y wget && wget https://example.com/a; echo
CMD ["/a"]
