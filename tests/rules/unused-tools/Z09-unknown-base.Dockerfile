FROM registry.example/team/base:1
RUN apt-get update && apt-get install -y --no-install-recommends libpq5 vim && rm -rf /var/lib/apt/lists/*
COPY app.py .
CMD ["python", "app.py"]
