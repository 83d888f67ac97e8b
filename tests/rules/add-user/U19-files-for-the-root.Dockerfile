FROM python:3.12-alpine
RUN adduser -S worker
WORKDIR /app
COPY app.py ./
COPY rootfs/ /
CMD ["python3", "app.py"]
