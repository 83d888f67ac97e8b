FROM debian:trixie-slim
WORKDIR /app
COPY . .
RUN apt-get update && apt-get install -y --no-install-recommends python3 && rm -rf /var/lib/apt/lists/*
CMD ["python3", "/app/x.py"]
