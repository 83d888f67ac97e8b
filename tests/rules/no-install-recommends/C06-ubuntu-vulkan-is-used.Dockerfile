FROM ubuntu:24.04
RUN apt-get update && apt-get install -y libgl1 libvulkan1 && rm -rf /var/lib/apt/lists/*
