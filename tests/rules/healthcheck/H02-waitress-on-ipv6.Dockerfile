FROM python:3.13-slim
WORKDIR /app
COPY main.py .
CMD ["waitress-serve", "--listen=[::]:8000", "main:app"]
