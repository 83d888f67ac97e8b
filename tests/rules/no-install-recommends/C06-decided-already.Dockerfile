FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends git
RUN apt-get update && apt-get install -y -o APT::Install-Recommends=false curl
RUN apt-get update && apt-get install --install-recommends -y wget
RUN dnf install -y --setopt=install_weak_deps=False git
