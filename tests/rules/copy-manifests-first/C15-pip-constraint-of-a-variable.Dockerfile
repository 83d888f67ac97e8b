FROM python:3.13-slim
WORKDIR /app
ENV PIP_CONSTRAINT=/app/constraints.txt PIP_INDEX_URL=https://example.com/simple
COPY . .
RUN pip install -r requirements.txt
CMD ["python", "app.py"]
