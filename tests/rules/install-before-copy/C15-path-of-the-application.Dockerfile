FROM python:3.12-slim
WORKDIR /app
COPY . .
ENV PATH="/app/.venv/bin:$PATH"
RUN apt-get update && apt-get install -y --no-install-recommends tini && rm -rf /var/lib/apt/lists/*
CMD ["python3", "app.py"]
