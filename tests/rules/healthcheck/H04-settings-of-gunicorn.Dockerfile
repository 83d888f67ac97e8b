FROM python:3.13-slim
WORKDIR /app
COPY . .
RUN pip install --no-cache-dir gunicorn flask
CMD ["gunicorn", "-c", "conf.py", "shop:app"]
