FROM python:3.12-slim
RUN mkdir -p /var/log/app && ln -sf /dev/stdout /var/log/app/access.log
COPY app.py /app/
CMD ["python", "/app/app.py"]
