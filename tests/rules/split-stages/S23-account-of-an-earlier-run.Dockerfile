FROM python:3.12
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY --chown=10001:10001 . .
RUN groupadd -r -g 10001 app && useradd --no-log-init -r -m -u 10001 -g app -d /home/app -s /usr/sbin/nologin app && \
    mkdir -p /app/data/cache && \
    chown 10001:10001 /app /app/data /app/data/cache
USER 10001:10001
CMD ["python", "app.py"]
