FROM python:3.14-slim
RUN <<EOF
apt-get update
apt-get install -y vim libpq5
EOF
COPY app.py .
CMD ["python", "app.py"]
