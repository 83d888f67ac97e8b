FROM python:3.12-slim
SHELL ["/usr/bin/python3", "-c"]
COPY app.py /app/
CMD ["python", "/app/app.py"]
