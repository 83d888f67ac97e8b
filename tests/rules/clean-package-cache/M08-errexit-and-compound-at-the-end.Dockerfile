FROM debian:bookworm-slim
RUN set -e; apt-get update; for p in a b; do apt-get install -y $p; p --version; done
