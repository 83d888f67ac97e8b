FROM python:3.13-slim-bookworm
WORKDIR /app
COPY . .
COPY .* /app/
CMD ["python", "app.py"]
