FROM python:3.12-slim
WORKDIR /app
COPY main.py .
# ends with 0 on SIGTERM as PID 1, and with 143 behind an init
CMD ["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8000"]
