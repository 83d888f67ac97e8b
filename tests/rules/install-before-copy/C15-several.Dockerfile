FROM debian:trixie-slim
COPY a /app/
COPY b /app/
RUN apt-get update && apt-get install -y --no-install-recommends python3 && rm -rf /var/lib/apt/lists/*
COPY c /app/
RUN groupadd -r -g 10001 app && useradd --no-log-init -r -m -u 10001 -g app -d /home/app -s /usr/sbin/nologin app
CMD ["python3", "/app/x.py"]
