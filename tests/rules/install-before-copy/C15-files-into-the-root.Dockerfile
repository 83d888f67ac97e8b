FROM debian:bookworm-slim
COPY . /
RUN apt-get update && apt-get install -y --no-install-recommends tini && rm -rf /var/lib/apt/lists/*
CMD ["/run.py"]
