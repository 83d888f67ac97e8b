FROM ghcr.io/acme/base:1
RUN apt-get update && apt-get install -y curl
