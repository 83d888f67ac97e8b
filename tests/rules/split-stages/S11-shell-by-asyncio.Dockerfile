FROM python:3.11-slim-bookworm
RUN apt-get update && apt-get install -y git gcc
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
CMD ["python","app.py"]
