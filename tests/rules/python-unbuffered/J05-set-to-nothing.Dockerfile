FROM python:3.14-slim
ENV PYTHONUNBUFFERED=""
CMD ["python", "app.py"]
