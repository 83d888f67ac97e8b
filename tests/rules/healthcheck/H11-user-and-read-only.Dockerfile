FROM python:3.12-slim
WORKDIR /srv
COPY main.py .
USER 10001:10001
CMD ["gunicorn", "-b", "0.0.0.0:8000", "main:app"]
