FROM python:3.14-slim
ARG MORE
RUN apt-get update && apt-get install -y --no-install-recommends libpq5 vim $MORE && rm -rf /var/lib/apt/lists/*
COPY app.py .
CMD ["python", "app.py"]
