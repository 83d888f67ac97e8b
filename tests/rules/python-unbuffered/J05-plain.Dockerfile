FROM python:3.14-slim
WORKDIR /app
COPY . .
# the program
CMD ["python", "app.py"]
