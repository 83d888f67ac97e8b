FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      # what the app needs
      python3 \
      libpq5 \
 && rm -rf /var/lib/apt/lists/*
CMD ["python3", "app.py"]
