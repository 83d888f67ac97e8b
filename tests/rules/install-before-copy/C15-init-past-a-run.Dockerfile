FROM debian:trixie-slim
COPY . /app
RUN make -C /app
RUN apt-get update && apt-get install -y --no-install-recommends tini && rm -rf /var/lib/apt/lists/*
CMD ["python3", "/app/x.py"]
