FROM python:3.11-slim
WORKDIR /app
COPY . .
RUN { echo '[app]'; echo 'n = 0'; } > app.ini
CMD ["python", "main.py"]
