FROM python:3.12-slim
WORKDIR /load
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY locustfile.py .
CMD ["locust", "--headless", "-u", "10", "--host", "http://shop:8080", "--csv", "results"]
