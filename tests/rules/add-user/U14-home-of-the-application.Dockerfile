FROM python:3.11-slim
ENV SHOP_HOME=/opt/shop/home SHOP_CONF=/opt/shop/conf
WORKDIR /opt/shop/app
COPY . .
CMD ["python", "main.py"]
