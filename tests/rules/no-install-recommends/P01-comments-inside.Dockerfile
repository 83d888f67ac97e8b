FROM debian:bookworm-slim
# tools
RUN apt-get update \
 && apt-get install -y \
    # fetches
    curl \
    # unpacks
    unzip \
 && curl -fsSO https://example.com/x.zip
