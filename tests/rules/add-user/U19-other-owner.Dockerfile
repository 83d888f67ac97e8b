FROM python:3.12-slim
WORKDIR /app
COPY . .
RUN chown -R www-data:www-data /app
CMD ["python", "app.py"]
