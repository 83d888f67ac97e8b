FROM python:3.12-slim
COPY . /srv/shop
CMD ["gunicorn", "--chdir", "/srv/shop", "--log-level", "info", "--worker-tmp-dir", "/dev/shm", "shop:app"]
