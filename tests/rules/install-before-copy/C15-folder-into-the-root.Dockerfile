FROM debian:bookworm-slim
COPY rootfs /
RUN apt-get update && apt-get install -y --no-install-recommends tini && rm -rf /var/lib/apt/lists/*
CMD ["/app/run.sh"]
