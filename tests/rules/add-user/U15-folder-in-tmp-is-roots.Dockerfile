FROM python:3.12-slim
RUN mkdir -p /tmp/uploads /tmp/build && rm -rf /tmp/build
COPY app.py /opt/shop/app.py
CMD ["python", "/opt/shop/app.py"]
