FROM python:3.13-slim-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends \
    build-essential \
    curl \
    libpq-dev \
    && rm -rf /var/lib/apt/lists/*
COPY --from=acme/build:1 /opt/venv /opt/venv
CMD ["/opt/venv/bin/gunicorn", "app:app"]
