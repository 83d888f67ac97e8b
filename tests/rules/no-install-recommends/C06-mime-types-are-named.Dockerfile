FROM ubuntu:22.04
RUN apt-get update && apt-get install -y pkg-config libglib2.0-dev && rm -rf /var/lib/apt/lists/*
