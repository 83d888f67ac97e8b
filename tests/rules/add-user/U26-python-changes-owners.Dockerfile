FROM python:3.12-slim
WORKDIR /seed
COPY . .
RUN python make-data.py
CMD ["python", "serve.py"]
