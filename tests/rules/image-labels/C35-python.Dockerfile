FROM python:3.14-slim
COPY . /app
CMD ["python", "/app/main.py"]
