FROM debian:trixie-slim
ONBUILD RUN apt-get update && apt-get install -y --no-install-recommends make && rm -rf /var/lib/apt/lists/* && apt-get update && apt-get install -y --no-install-recommends tini && rm -rf /var/lib/apt/lists/*
RUN <<EOF
apt-get update && apt-get install -y --no-install-recommends make
apt-get update && apt-get install -y --no-install-recommends tini
EOF
