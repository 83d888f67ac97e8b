FROM python:3.14-slim
RUN apt-get update && apt-get install -y --no-install-recommends curl && curl -fsSo /model https://example.com/model
COPY app.py .
CMD ["python", "app.py"]
