FROM python:3.13
RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
RUN apt-get install -y curl
CMD ["python", "report.py"]
