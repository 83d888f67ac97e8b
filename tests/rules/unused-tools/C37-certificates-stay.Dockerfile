FROM python:3.14-slim
RUN apt-get update && apt-get install -y curl libpq5
COPY app.py .
CMD ["python", "app.py"]
