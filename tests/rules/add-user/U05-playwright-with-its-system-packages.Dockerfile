FROM python:3.12-slim
WORKDIR /app
COPY . .
RUN pip install --no-cache-dir playwright
RUN playwright install --with-deps chromium
CMD ["python", "app.py"]
