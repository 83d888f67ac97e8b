FROM python:3.12-slim
WORKDIR /app
COPY . .
RUN ["/app/setup", "--all"]
CMD ["python", "/app/serve.py"]
