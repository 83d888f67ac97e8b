FROM debian:trixie-slim
COPY bin/ /usr/local/bin/
COPY src /usr/src/app
RUN apt-get update && apt-get install -y --no-install-recommends python3 && rm -rf /var/lib/apt/lists/*
CMD ["python3", "/app/x.py"]
