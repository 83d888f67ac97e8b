FROM python:3.12-slim
WORKDIR /app
COPY . .
RUN pip install --no-cache-dir "flask[async]>=3.0" gunicorn==23.0.0
CMD ["gunicorn", "app:app"]
