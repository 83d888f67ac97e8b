FROM python:3.12-slim
RUN openssl genrsa -out /srv/own.pem 2048 && chmod 644 /srv/own.pem
CMD ["python", "-m", "http.server"]
