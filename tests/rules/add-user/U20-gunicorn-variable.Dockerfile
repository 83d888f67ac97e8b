FROM python:3.12-slim
ENV GUNICORN_CMD_ARGS="--bind :8000 --user nobody"
WORKDIR /app
COPY app.py .
CMD ["gunicorn", "app:app"]
