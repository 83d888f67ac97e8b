FROM python:3.12-slim
ENV PATH=/app/venv/bin:$PATH
WORKDIR /app
COPY . .
RUN pip install --no-cache-dir flask
CMD ["python", "app.py"]
