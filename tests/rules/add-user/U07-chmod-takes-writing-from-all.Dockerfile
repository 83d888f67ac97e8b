FROM python:3.12-slim
WORKDIR /app
COPY . .
RUN chmod -R a-w /app
CMD ["python", "app.py"]
