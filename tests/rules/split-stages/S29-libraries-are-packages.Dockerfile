FROM python:3.12-bookworm
RUN apt-get update && apt-get install -y libpq-dev libxml2-dev
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
CMD ["python", "app.py"]
