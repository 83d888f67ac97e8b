FROM python:3.13-slim-bookworm
WORKDIR /app
COPY . .
CMD ["python", "app.py"]
