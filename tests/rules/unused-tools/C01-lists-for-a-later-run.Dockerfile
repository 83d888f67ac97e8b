FROM python:3.14-slim
RUN apt-get update && apt-get install -y --no-install-recommends vim
RUN apt-get install -y --no-install-recommends libpq5
COPY app.py .
CMD ["python", "app.py"]
