FROM python:3.14-slim
RUN apt-get update && apt-get install -y --no-install-recommends libpq5 curl unzip && rm -rf /var/lib/apt/lists/*
RUN curl -fsS https://example.com/install | sh
COPY app.py .
CMD ["python", "app.py"]
