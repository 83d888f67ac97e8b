FROM python:3.12-slim
COPY app.py /app/
CMD ["gunicorn", "--chdir", "/app", "--pid", "/run/gunicorn.pid", "app:app"]
