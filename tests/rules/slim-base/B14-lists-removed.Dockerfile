FROM python:3.13-trixie
RUN apt-get update && apt-get install -y libpq5 && rm -rf /var/lib/apt/lists/*
RUN apt-get install -y curl
WORKDIR /app
COPY . .
CMD ["python", "app.py"]
