FROM debian:bookworm-slim
COPY libfoo.so /usr/local/lib/
COPY app /opt/app
RUN apt-get update && apt-get install -y --no-install-recommends libcurl4 && rm -rf /var/lib/apt/lists/*
CMD ["/opt/app"]
