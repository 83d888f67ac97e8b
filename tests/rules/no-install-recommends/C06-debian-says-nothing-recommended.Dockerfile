FROM debian:trixie-slim
RUN apt-get update && apt-get install -y inotify-tools picocom && rm -rf /var/lib/apt/lists/*
