FROM python:3.14-slim
RUN apt-get update && apt-get install -y git libpq5
RUN ssh-keyscan example.com > /etc/known
COPY app.py .
CMD ["python", "app.py"]
