FROM ubuntu:24.04
RUN apt-get update && apt-get install -y inotify-tools && rm -rf /var/lib/apt/lists/*
