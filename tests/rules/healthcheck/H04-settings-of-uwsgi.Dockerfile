FROM python:3.13-slim
WORKDIR /opt/shop
COPY . .
RUN pip install --no-cache-dir uwsgi django
CMD ["uwsgi", "/opt/shop/deploy/uwsgi.ini"]
