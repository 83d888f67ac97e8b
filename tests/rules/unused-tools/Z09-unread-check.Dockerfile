FROM python:3.14-slim
RUN apt-get update && apt-get install -y --no-install-recommends libpq5 curl && rm -rf /var/lib/apt/lists/*
COPY app.py .
CMD ["python", "app.py"]
HEALTHCHECK CMD ["/check.sh"]
