FROM python:3.13-slim-bookworm
WORKDIR /app
COPY . .
CMD exec uvicorn main:app --host 0.0.0.0 --port ${PORT:-8080}
