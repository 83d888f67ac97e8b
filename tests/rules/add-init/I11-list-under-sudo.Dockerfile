FROM debian:trixie-slim
USER www-data
RUN sudo apt-get update && sudo apt-get install -y curl
CMD ["/a"]
