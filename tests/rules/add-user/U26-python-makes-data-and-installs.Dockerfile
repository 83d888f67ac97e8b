FROM python:3.12-slim
WORKDIR /seed
COPY . .
RUN pip install flask
RUN python make-data.py
CMD ["python", "serve.py"]
