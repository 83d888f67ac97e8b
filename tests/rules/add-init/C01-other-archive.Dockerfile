FROM debian:trixie-slim
RUN apt-get update && apt-get install -y -t trixie-backports python3
CMD ["python3", "app.py"]
