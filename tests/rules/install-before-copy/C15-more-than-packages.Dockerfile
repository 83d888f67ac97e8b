FROM debian:trixie-slim
COPY . /app
RUN apt-get update && apt-get install -y python3 && python3 /app/setup.py
CMD ["python3", "/app/x.py"]
