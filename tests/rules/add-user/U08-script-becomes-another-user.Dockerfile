FROM python:3.12-slim
WORKDIR /app
RUN groupadd -r web && useradd -r -g web -d /app web && mkdir /app/data
COPY . .
ENTRYPOINT ["/app/entrypoint.sh"]
CMD ["python", "app.py"]
