FROM debian:trixie-slim
ADD https://raw.example.org/x/y/a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1/install.sh /
