FROM python:3.12-slim
WORKDIR /app
COPY app.py .
CMD ["gunicorn", "-w", "4", "-b", ":8000", "-u", "www-data", "-g", "www-data", "app:app"]
