FROM python:3.12-slim
WORKDIR /app
RUN mkdir -m 700 /app/private
COPY . .
CMD ["python", "app.py"]
