FROM python:3.12-slim
WORKDIR /app
COPY app.py .
CMD ["python", "-m", "gunicorn", "--user=www-data", "app:app"]
