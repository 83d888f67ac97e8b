FROM python:3.12-slim
WORKDIR /app
COPY --chmod=555 . .
CMD ["python", "app.py"]
