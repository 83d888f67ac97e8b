FROM python:3.14-slim
RUN apt-get update && apt-get install -y --no-install-recommends libpq5 curl && rm -rf /var/lib/apt/lists/*
HEALTHCHECK CMD curl -f http://localhost:8000/ || exit 1
COPY app.py .
CMD ["python", "app.py"]
