FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends make gcc && rm -rf /var/lib/apt/lists/* && \
    apt-get update && apt-get install -y --no-install-recommends tini && rm -rf /var/lib/apt/lists/*
