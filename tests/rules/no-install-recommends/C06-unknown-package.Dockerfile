FROM debian:bookworm-slim
ARG VERSION=1
RUN apt-get update && apt-get install -y docker-ce=$VERSION "$EXTRA" ./local.deb
