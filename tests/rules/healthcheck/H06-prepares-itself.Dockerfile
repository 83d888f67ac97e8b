FROM python:3.12-slim
WORKDIR /srv
COPY main.py .
CMD ["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8000"]
