FROM debian:trixie-slim
COPY . /app
RUN apt-get update && apt-get install -y $(cat /app/packages)
CMD ["python3", "/app/x.py"]
