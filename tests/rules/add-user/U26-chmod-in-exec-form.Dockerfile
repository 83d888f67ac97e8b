FROM python:3.12-slim
WORKDIR /app
COPY . .
RUN ["chmod", "+x", "/app/serve.py"]
CMD ["python", "/app/serve.py"]
