FROM python:3.12-slim-bookworm
RUN apt-get update && apt-get install -y build-essential ffmpeg git && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
CMD ["python", "app.py"]
