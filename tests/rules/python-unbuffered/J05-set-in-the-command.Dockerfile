FROM python:3.14-slim
CMD PYTHONUNBUFFERED=1 python app.py
