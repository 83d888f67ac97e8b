FROM python:3.13-slim
WORKDIR /app
COPY main.py .
CMD ["gunicorn", "main:app", "--bind", "[::]:8000"]
