FROM python:3.12-slim
WORKDIR /app
RUN apt-get update && apt-get install -y gcc libz-dev libfreetype6-dev && rm -rf /var/lib/apt/lists/*
RUN pip install flask==3.0.0
COPY a.py .
CMD ["python", "a.py"]
