FROM python:3.13-slim
WORKDIR /app
COPY main.py .
CMD ["uvicorn", "main:app", "--host", "::", "--port", "8000"]
