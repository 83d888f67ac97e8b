FROM python:3.12-slim
RUN <<EOF
mkdir -p /data
EOF
COPY app.py /app/
# what runs
CMD ["python", "/app/app.py"]
