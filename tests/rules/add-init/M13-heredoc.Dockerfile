FROM debian:trixie-slim
RUN <<EOT
apt-get update
apt-get install -y curl
EOT
CMD ["/a"]
