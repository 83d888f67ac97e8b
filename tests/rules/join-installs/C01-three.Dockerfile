FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends a && rm -rf /var/lib/apt/lists/* && apt-get update && apt-get install -y --no-install-recommends b && rm -rf /var/lib/apt/lists/* && apt-get update && apt-get install -y --no-install-recommends c && rm -rf /var/lib/apt/lists/*
