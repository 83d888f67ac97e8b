FROM python:3.11-slim
COPY <<EOF /etc/shop/shop.ini
[a]
n=0
EOF
WORKDIR /app
COPY . .
CMD ["python", "main.py"]
