FROM python:3.14-slim
RUN apt-get update && apt-get install -y --no-install-recommends libpq5 vim=2:9.0.1378-2 curl libpq5=15.3-0 && rm -rf /var/lib/apt/lists/*
COPY app.py .
CMD ["python", "app.py"]
