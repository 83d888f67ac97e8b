FROM python:3.14-slim
# curl for the health check of the load balancer
RUN apt-get update && apt-get install -y --no-install-recommends libpq5 curl vim && rm -rf /var/lib/apt/lists/*
COPY app.py .
CMD ["python", "app.py"]
