FROM python:3.12-slim
COPY . /app
ENV PATH=/usr/lib/tools:$PATH
RUN apt-get update && apt-get install -y --no-install-recommends tini && rm -rf /var/lib/apt/lists/*
COPY more /app
ENV PATH=/app/bin
RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
CMD ["python3", "app.py"]
