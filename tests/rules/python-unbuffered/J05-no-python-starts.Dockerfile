FROM python:3.14-slim
COPY . /app
CMD ["/app/run"]
