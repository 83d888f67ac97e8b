FROM python:3.14-slim
HEALTHCHECK CMD true
ENTRYPOINT ["python3", "app.py"]