FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends make && \
    # once more
    rm -rf /var/lib/apt/lists/* && \
    apt-get update && apt-get -t trixie-backports install -y --no-install-recommends tini && \
    rm -rf /var/lib/apt/lists/*
