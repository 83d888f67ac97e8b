FROM python:3.12-slim
WORKDIR /seed
COPY . .
RUN python make-data.py
RUN pip list
CMD ["python", "serve.py"]
