FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends \
    gcc \
    make \
 && rm -rf /var/lib/apt/lists/* && \
    apt-get update && apt-get install -y --no-install-recommends tini && rm -rf /var/lib/apt/lists/*
