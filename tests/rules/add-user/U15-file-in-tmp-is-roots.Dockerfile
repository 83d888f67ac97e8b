FROM python:3.12-slim
RUN echo 0 > /tmp/count
COPY app.py /opt/shop/app.py
CMD ["python", "/opt/shop/app.py"]
