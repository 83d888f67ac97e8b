FROM python:3.13-slim-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends gcc \
    && python -m pip install --no-cache-dir --upgrade pip \
    # the application
    && pip install --no-cache-dir -r requirements.txt
