FROM debian:trixie-slim
COPY . /app
ENV http_proxy=http://proxy:3128
RUN apt-get update && apt-get install -y --no-install-recommends python3 && rm -rf /var/lib/apt/lists/*
CMD ["python3", "/app/x.py"]
