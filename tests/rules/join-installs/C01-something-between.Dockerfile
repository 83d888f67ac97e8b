FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/* && curl https://example.org/x > /etc/apt/sources.list.d/x.list && apt-get update && apt-get install -y --no-install-recommends gcc && rm -rf /var/lib/apt/lists/*
