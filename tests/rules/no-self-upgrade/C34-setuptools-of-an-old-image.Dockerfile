FROM python:3.11-slim
RUN pip install --upgrade pip setuptools wheel && pip install flask
