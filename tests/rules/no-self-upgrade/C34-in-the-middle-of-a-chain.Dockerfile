FROM python:3.13-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends curl \
    && pip install --root-user-action=ignore -q --upgrade pip \
    && pip install flask \
    && rm -rf /var/lib/apt/lists/*
