FROM python:3.11-slim
ENV PIP_NO_CACHE_DIR=1 PIP_INDEX_URL=https://pypi.example.com/simple PIP_CERT=/etc/ssl/certs/own.pem PIP_DEFAULT_TIMEOUT=100
WORKDIR /app
COPY . .
RUN pip install flask
CMD ["python", "app.py"]
