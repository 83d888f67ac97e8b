FROM python:3.12-slim
WORKDIR /srv/shop/api
COPY . .
CMD ["gunicorn", "shop:app"]
