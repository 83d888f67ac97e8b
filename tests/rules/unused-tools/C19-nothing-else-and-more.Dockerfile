FROM python:3.14-slim
RUN apt-get update && apt-get install -y --no-install-recommends curl && useradd app
COPY app.py .
CMD ["python", "app.py"]
