FROM debian:bookworm-slim
WORKDIR /app
COPY . .
RUN apt-get update && apt-get install -y --no-install-recommends python3-pip && rm -rf /var/lib/apt/lists/* && pip install --no-cache-dir --break-system-packages flask
CMD ["python3", "app.py"]
