FROM python:3.14-slim AS base
RUN apt-get update && apt-get install -y --no-install-recommends libpq5 curl nano && rm -rf /var/lib/apt/lists/*

FROM base
RUN curl -fsSo /model https://example.com/model
COPY app.py .
CMD ["python", "app.py"]
