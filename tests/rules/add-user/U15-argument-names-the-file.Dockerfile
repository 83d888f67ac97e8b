FROM python:3.12-slim
WORKDIR /app
COPY convert.py .
ENTRYPOINT ["python", "convert.py"]
