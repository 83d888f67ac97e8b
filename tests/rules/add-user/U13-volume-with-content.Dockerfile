FROM python:3.12-slim
WORKDIR /app
COPY app.py .
COPY seed/ /data/
VOLUME ["/data", "/app/uploads"]
CMD ["python", "app.py"]
