FROM python:3.12-slim
COPY docker-entrypoint.sh /usr/local/bin/
COPY app.py /app/
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["python", "/app/app.py"]
