FROM python:3.12-slim
WORKDIR /tmp/shop
COPY app.py .
CMD ["python", "app.py"]
