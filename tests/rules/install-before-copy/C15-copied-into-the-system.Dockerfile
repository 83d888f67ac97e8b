FROM debian:trixie-slim
COPY sources.list /etc/apt/
RUN apt-get update && apt-get install -y --no-install-recommends python3 && rm -rf /var/lib/apt/lists/*
CMD ["python3", "/app/x.py"]
