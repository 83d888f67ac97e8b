FROM debian:trixie-slim
ARG P=x
RUN apt-get update && apt-get install -y --no-install-recommends make && rm -rf /var/lib/apt/lists/* && apt-get update && apt-get install -y --no-install-recommends /tmp/x.deb && rm -rf /var/lib/apt/lists/*
RUN apt-get update && apt-get install -y --no-install-recommends make && rm -rf /var/lib/apt/lists/* && apt-get update && apt-get install -y --no-install-recommends $P && rm -rf /var/lib/apt/lists/*
